import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchmarkSpec, benchmarks } from '#shared/benchmarks/registry.ts';
import { dataFolder } from './data-folder.ts';
import { sources } from './sources.ts';

/** What is told of a benchmark. */
interface Listed
  extends Pick<BenchmarkSpec, 'name' | 'title' | 'samples' | 'temperature' | 'maxTokens' | 'expectedTokens'> {
  readonly problems: number;
  readonly licence: string;
  /** The file of its problems; `null`: made on the spot. */
  readonly file: string | null;
  /** Whether its problems can be read now. */
  readonly present: boolean;
}

/** Lists what `oneshot eval --benchmarks` knows by name. */
export function listBenchmarks(
  { json }: { readonly json: boolean },
  env: NodeJS.ProcessEnv = process.env,
): void {
  const listed = benchmarks.map((benchmark) => listing(benchmark, dataFolder(env)));
  process.stdout.write(
    json ? listed.map((each) => `${JSON.stringify(each)}\n`).join('') : text(listed, dataFolder(env)),
  );
}

function listing({ source, topP: _, keepUnits: __, ...benchmark }: BenchmarkSpec, folder: string): Listed {
  if ('procedural' in source) {
    const made = { licence: 'Apache-2.0, of this project', file: null, present: true };
    return { ...benchmark, problems: source.procedural().length, ...made };
  }
  const file = join(folder, source.file);
  const published = sources.find((each) => each.file === source.file);
  if (published === undefined) throw new Error(`${source.file} has no source`);
  const { made, licence } = published;
  return { ...benchmark, problems: made.rows, licence, file, present: existsSync(file) };
}

function text(listed: readonly Listed[], folder: string): string {
  const head = ['name', 'problems', 'samples', 'limit', 'expected', 'problems are', 'licence'];
  const cells = listed.map(({ name, problems, samples, temperature, maxTokens, expectedTokens, ...each }) => [
    name,
    String(problems),
    temperature === 0 ? 'greedy' : `${samples} at ${temperature}`,
    String(maxTokens),
    String(expectedTokens),
    each.file === null ? 'made on the spot' : each.present ? 'here' : 'not here',
    each.licence,
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => (row[column] as string).length)),
  );
  const lines = [head, ...cells].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
  const lacking = listed.some(({ present }) => !present)
    ? ' Fetch what is not with "oneshot data pull".'
    : '';
  return (
    `${lines.join('\n')}\n\nLimit and expected length are new tokens of a completion. Real problems are in ${folder}.` +
    `${lacking} Your own: oneshot eval --benchmark FILE.jsonl\n`
  );
}
