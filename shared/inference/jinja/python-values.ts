import { PYTHON_SPACE } from './python-space.ts';

const SPACE = new RegExp(PYTHON_SPACE);

/** A value while a template runs, as the template library holds it; `type` says what `value` is, and casts follow it. */
export interface RuntimeValue {
  readonly type: string;
  readonly value: unknown;
}

/** What Python's `str` makes of a value: what a template prints. */
export function pythonText(value: RuntimeValue): string {
  if (value.type === 'StringValue') return value.value as string;
  return value.type === 'UndefinedValue' ? '' : pythonRepr(value);
}

/** What Python's `repr` makes of a value: what stands in a printed list. */
function pythonRepr({ type, value }: RuntimeValue): string {
  switch (type) {
    case 'StringValue':
      return quoted(value as string);
    case 'NullValue':
      return 'None';
    case 'UndefinedValue':
      return 'Undefined';
    case 'BooleanValue':
      return value ? 'True' : 'False';
    case 'FloatValue':
      return Number.isInteger(value) ? `${value}.0` : String(value);
    case 'ArrayValue':
      return `[${(value as RuntimeValue[]).map(pythonRepr).join(', ')}]`;
    case 'TupleValue': {
      const items = (value as RuntimeValue[]).map(pythonRepr);
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
    }
    case 'ObjectValue': {
      const entries = [...(value as Map<string, RuntimeValue>)];
      return `{${entries.map(([key, entry]) => `${quoted(key)}: ${pythonRepr(entry)}`).join(', ')}}`;
    }
    case 'IntegerValue':
      return String(value);
    default:
      throw new Error(`a value of the kind ${type} cannot be printed`);
  }
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escapes: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    [mark]: `\\${mark}`,
  };
  return mark + text.replace(/[\\\n\r\t'"]/g, (character) => escapes[character] ?? character) + mark;
}

/** Whether Python's `==` holds. */
export function pythonEqual(a: RuntimeValue, b: RuntimeValue): boolean {
  if (Array.isArray(a.value) && Array.isArray(b.value)) {
    const others = b.value as RuntimeValue[];
    return (
      a.type === b.type &&
      a.value.length === others.length &&
      (a.value as RuntimeValue[]).every((item, i) => pythonEqual(item, others[i] as RuntimeValue))
    );
  }
  if (a.value instanceof Map && b.value instanceof Map) {
    const others = b.value as Map<string, RuntimeValue>;
    return (
      a.value.size === others.size &&
      [...(a.value as Map<string, RuntimeValue>)].every(([key, item]) => {
        const other = others.get(key);
        return other !== undefined && pythonEqual(item, other);
      })
    );
  }
  return numberOf(a) === numberOf(b);
}

/** True and 1 are equal to Python. */
function numberOf({ value }: RuntimeValue): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Methods of a text, by name: their arguments are texts too, or a list of them. */
export const TEXT_METHODS: Readonly<
  Record<string, (text: string, ...args: readonly unknown[]) => string | number>
> = {
  strip: (text, characters) => stripped(stripped(text, characters, 'start'), characters, 'end'),
  lstrip: (text, characters) => stripped(text, characters, 'start'),
  rstrip: (text, characters) => stripped(text, characters, 'end'),
  join: (text, parts) => (parts as RuntimeValue[]).map((part) => textOf(part)).join(text),
  find: (text, part) =>
    text.includes(part as string) ? [...text.slice(0, text.indexOf(part as string))].length : -1,
  count: (text, part) => text.split(part as string).length - 1,
  removeprefix: (text, part) =>
    text.startsWith(part as string) ? text.slice((part as string).length) : text,
  removesuffix: (text, part) =>
    text.endsWith(part as string) && part !== '' ? text.slice(0, -(part as string).length) : text,
};

/** @param args - the name of the method, the text, and the method's own arguments */
export function callTextMethod([name, text, ...args]: readonly RuntimeValue[]): string | number {
  const method = textOf(name as RuntimeValue);
  if (args.length > 1) throw new Error(`the method ${method} takes one argument`);
  return (TEXT_METHODS[method] as (typeof TEXT_METHODS)[string])(
    textOf(text as RuntimeValue),
    ...args.map(({ value }) => value ?? undefined),
  );
}

function textOf({ type, value }: RuntimeValue): string {
  if (typeof value === 'string') return value;
  throw new Error(`a text is needed, not a value of the kind ${type}`);
}

function stripped(text: string, characters: unknown, side: 'start' | 'end'): string {
  const unwanted = typeof characters === 'string' ? new Set(characters) : undefined;
  const isUnwanted = (character: string) => (unwanted ? unwanted.has(character) : SPACE.test(character));
  const all = [...text];
  if (side === 'start') {
    const first = all.findIndex((character) => !isUnwanted(character));
    return first < 0 ? '' : all.slice(first).join('');
  }
  return all.slice(0, all.findLastIndex((character) => !isUnwanted(character)) + 1).join('');
}

/** Python's `len`. */
export function lengthOf({ type, value }: RuntimeValue): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  throw new Error(`a value of the kind ${type} has no length`);
}

export function isIterable({ value }: RuntimeValue): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}
