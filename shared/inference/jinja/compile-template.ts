/**
 * Chat templates as transformers renders them, over a template library that differs from Jinja in places:
 * `normalize-template.ts` settles white space before it reads a template, `lower-template.ts` changes what it has read, and
 * `python-values.ts` prints and compares as Python does. What the library cannot do at all is refused by name
 * (`unreadable-tag.ts`, `called-names.ts`).
 */
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { messageOf } from '../../errors.ts';
import { calledNames } from './called-names.ts';
import { FUNCTIONS, lowerTemplate, type Node } from './lower-template.ts';
import { BLOCK, normalizeTemplate, PRELUDE } from './normalize-template.ts';
import {
  callTextMethod,
  isIterable,
  lengthOf,
  pythonEqual,
  pythonText,
  type RuntimeValue,
} from './python-values.ts';
import { unreadableTag } from './unreadable-tag.ts';

export type CompiledTemplate = (variables: Readonly<Record<string, unknown>>) => string;

/**
 * @throws {Error} for a template that cannot be read; from what it gives back, for one that cannot be rendered, a
 *   `TemplateRefusal` or a `ClockWanted` where it is one
 */
export function compileTemplate(source: string): CompiledTemplate {
  const parsed = parsedTemplate(source);
  const called = calledNames(parsed);
  // The library exports no types of nodes; these are its own, changed.
  // Lowering keeps the shape of a program.
  const program = lowerTemplate(parsed) as unknown as ReturnType<typeof parse>;
  return (variables) => {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...variables })) environment.set(name, value);
    try {
      return new Interpreter(environment).run(program).value as string; // a program yields text
    } catch (error) {
      throw error instanceof Error && /not a function/.test(error.message)
        ? missingFunction(called, error)
        : error;
    }
  };
}

function parsedTemplate(source: string): Node {
  const pieces = normalizeTemplate(source);
  try {
    return parse(tokenize(PRELUDE + pieces.map(({ text }) => text).join(''))) as unknown as Node;
  } catch (cause) {
    const tag = unreadableTag(pieces);
    throw new Error(tag === undefined ? messageOf(cause) : `${tag} cannot be read (${messageOf(cause)})`, {
      cause,
    });
  }
}

/** What every template can name. There is no clock, so that the same messages give the same text on every day. */
const GLOBALS = {
  ...{ true: true, false: false, none: null, True: true, False: false, None: null },
  raise_exception: (message: string) => {
    throw new TemplateRefusal(message);
  },
  range,
  [FUNCTIONS.text]: ([value]: [RuntimeValue]) => pythonText(value),
  [FUNCTIONS.equal]: ([a, b]: [RuntimeValue, RuntimeValue]) => pythonEqual(a, b),
  [FUNCTIONS.length]: ([value]: [RuntimeValue]) => lengthOf(value),
  [FUNCTIONS.iterable]: ([value]: [RuntimeValue]) => isIterable(value),
  [FUNCTIONS.method]: (args: RuntimeValue[]) => callTextMethod(args),
};

function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
}

/** What a template itself says against the messages, by `raise_exception`. */
export class TemplateRefusal extends Error {
  override name = 'TemplateRefusal';
}

/** transformers gives today's date under this name. */
const CLOCK = 'strftime_now';

/** A template asks for the date without asking whether there is one. */
export class ClockWanted extends Error {
  override name = 'ClockWanted';
}

/** Functions that every template has, and methods that the library or `python-values.ts` has. */
const KNOWN = new Set(
  `range namespace raise_exception caller ${BLOCK} .capitalize .count .endswith .find .get .items .join .keys .lower .lstrip
  .removeprefix .removesuffix .replace .rstrip .split .startswith .strip .title .upper .values`.split(/\s+/),
);

/** The library does not say which function it lacks. */
function missingFunction(called: ReadonlySet<string>, cause: Error): Error {
  if (called.has(CLOCK)) return new ClockWanted(`it calls ${CLOCK}`, { cause });
  const suspects = [...called].filter((name) => !KNOWN.has(name));
  return new Error(`it calls what is not there, one of: ${suspects.join(', ') || 'its own macros'}`, {
    cause,
  });
}
