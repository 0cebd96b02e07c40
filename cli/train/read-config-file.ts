import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { defined } from '#shared/defined.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { didYouMean } from '#shared/nearest.ts';
import { GraderName, TemplateKind } from '#shared/records/evaluations.ts';
import { BenchmarkName } from '#shared/records/ids.ts';
import { nearNames, settingSchemas } from '#trainer/settings/setting-names.ts';
import { isBuiltIn } from './choose-reward.ts';
import { modelFrom } from './model-from.ts';

/** What a file of `--config` says. */
export interface ConfigFile {
  readonly recipe?: string;
  readonly model?: string;
  readonly name?: string;
  readonly fork?: string;
  /** Examples, and rewards as `--reward` takes them. */
  readonly data?: string;
  readonly reward?: readonly string[];
  readonly evaluation: EvaluationPart;
  /** Every setting that it names, in its order, as `--set` takes them. */
  readonly settings: readonly { readonly name: string; readonly assignment: string }[];
}

/** Left to the machine. */
const AUTO = 'auto';

const text = z.string().min(1);
const count = z.number().int().positive();
const EVALUATION = {
  benchmarks: z.array(BenchmarkName),
  template: TemplateKind,
  graders: z.array(GraderName).min(1),
  limit: count,
  maxTokens: count,
};
type EvaluationPart = Partial<z.infer<z.ZodObject<typeof EVALUATION>>>;

/** What a file says besides settings, by dotted name. */
const OTHERS: Readonly<Record<string, z.ZodType>> = {
  recipe: text,
  model: text,
  name: text,
  fork: text,
  'data.file': text,
  reward: z.union([text, z.array(text).min(1)]),
  'reward.path': text,
  ...Object.fromEntries(Object.entries(EVALUATION).map(([name, schema]) => [`evaluation.${name}`, schema])),
};
/** Sections that may be a word instead: `data: my.jsonl`, `reward: format`. */
const WORDS: Readonly<Record<string, string>> = { data: 'data.file', reward: 'reward' };

/**
 * Reads a file of `--config`: YAML, of which JSON is a part, with settings by the names that `oneshot recipes NAME` has,
 * nested or dotted, and what other options of `oneshot train` say. Paths in it start at its folder.
 *
 * @throws {KnownError} `input-unreadable`, `config-file-invalid`; `setting-unknown` and `setting-invalid` with the line
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new KnownError('input-unreadable', `--config ${path} cannot be read: ${messageOf(cause)}.`, {
      cause,
    });
  });
  const source = utf8Text(bytes, { code: 'config-file-invalid', source: path });
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw invalid(path, fault.message.split('\n')[0] ?? '');
  const { contents } = document;
  if (contents !== null && !isMap(contents)) throw invalid(path, 'it holds no names with values.');
  const entries = contents ? [...entriesOf(contents, '', (node) => `${path}:${lineOf(node, lines)}`)] : [];
  return toConfigFile(
    entries.map((entry) => ({ ...entry, value: entry.node?.toJS(document) ?? null })),
    dirname(path),
  );
}

interface Entry {
  readonly name: string;
  /** `undefined` where nothing stands behind the colon. */
  readonly node: Node | undefined;
  /** File and line. */
  readonly where: string;
}

/** The values of a file, by dotted name. @throws {KnownError} `setting-unknown` */
function* entriesOf(map: YAMLMap, path: string, whereOf: (node: unknown) => string): Generator<Entry> {
  for (const { key, value } of map.items) {
    const word = isScalar(key) ? String(key.value) : '';
    const name = path === '' ? word : `${path}.${word}`;
    const where = whereOf(key);
    // A parsed document has nodes only; the type speaks of made ones as well.
    const node = (value ?? undefined) as Node | undefined;
    const instead = WORDS[name];
    if (isSection(name) && isMap(node)) yield* entriesOf(node, name, whereOf);
    else if (instead !== undefined) yield { name: instead, node, where };
    else if (settingSchemas.has(name) || Object.hasOwn(OTHERS, name)) yield { name, node, where };
    else if (isSection(name))
      throw new KnownError('setting-invalid', `${where}: ${name} has settings below it.`);
    else throw unknownName(name, where);
  }
}

function isSection(name: string): boolean {
  return [...settingSchemas.keys(), ...Object.keys(OTHERS)].some((known) => known.startsWith(`${name}.`));
}

function unknownName(name: string, where: string): KnownError {
  const [near] = nearNames(name, 1);
  const others = [...Object.keys(OTHERS), ...Object.keys(WORDS)];
  const hint = didYouMean(name, others) || (near === undefined ? '' : ` Did you mean ${near}?`);
  const advice = 'oneshot recipes NAME lists every setting.';
  return new KnownError('setting-unknown', `${where}: there is no setting ${name}.${hint} ${advice}`);
}

function toConfigFile(entries: readonly (Entry & { readonly value: unknown })[], folder: string): ConfigFile {
  for (const entry of entries) checkValue(entry);
  // Each was checked by its schema.
  const others = Object.fromEntries(entries.map(({ name, value }) => [name, value])) as Others;
  const { recipe, model, name, fork, 'data.file': data, reward, 'reward.path': module } = others;
  const settings = entries.filter((entry) => !Object.hasOwn(OTHERS, entry.name));
  return {
    ...defined({ recipe, name, fork }),
    ...(model !== undefined && { model: modelFrom(folder, model) }),
    ...(data !== undefined && { data: resolve(folder, data) }),
    ...(reward !== undefined && { reward: [reward].flat().map((each) => fromFolder(folder, each)) }),
    ...(module !== undefined && { reward: [resolve(folder, module)] }),
    evaluation: Object.fromEntries(
      entries.flatMap((entry) => {
        const [section, part] = entry.name.split('.');
        return section === 'evaluation' && part !== undefined ? [[part, entry.value]] : [];
      }),
    ),
    settings: settings
      // The path says it.
      .filter((entry) => module === undefined || entry.name !== 'reward.kind')
      .map((entry) => ({ name: entry.name, assignment: `${entry.name}=${valueText(entry.value)}` })),
  };
}

type Others = Readonly<
  Partial<Record<'recipe' | 'model' | 'name' | 'fork' | 'data.file' | 'reward.path', string>> & {
    reward?: string | readonly string[];
  }
>;

/** A reward as `--reward` takes it, a path in it from a folder. */
function fromFolder(folder: string, reward: string): string {
  return isBuiltIn(reward) ? reward : resolve(folder, reward);
}

/** @throws {KnownError} `setting-invalid` */
function checkValue({ name, value, where }: Entry & { readonly value: unknown }): void {
  if (value === AUTO) return; // which some settings take: they are judged with the others
  const other = OTHERS[name];
  const schemas = other ? [other] : (settingSchemas.get(name) ?? []);
  const faults = schemas.map((schema) => schema.safeParse(value).error);
  if (faults.some((fault) => fault === undefined)) return;
  const reasons = new Set(faults.flatMap((fault) => fault?.issues ?? []).map(({ message }) => message));
  const message = `${where}: ${name} cannot be ${JSON.stringify(value)}: ${[...reasons].join('; or: ')}.`;
  throw new KnownError('setting-invalid', message);
}

function valueText(value: unknown): string {
  return value === AUTO ? AUTO : JSON.stringify(value);
}

function lineOf(node: unknown, lines: LineCounter): number {
  return isNode(node) && node.range ? lines.linePos(node.range[0]).line : 0;
}

function invalid(path: string, why: string): KnownError {
  const message = `${path} is no file of settings: ${why.replace(/:$/, '.')} Write YAML or JSON, such as "steps: 100".`;
  return new KnownError('config-file-invalid', message);
}
