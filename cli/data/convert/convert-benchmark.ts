import { lastBox } from '#shared/verifier/paper/last-box.ts';
import type { BenchmarkForm } from '../sources.ts';

/** What of the source stands behind a gold's box may be its unit; more than so much of it is other text. */
const AFTER_BOX_CHARACTERS = 60;

/** Of each form of a published row, the row that `readProblems` reads, less its id. */
const converters = {
  math500: ({ problem, answer, subject, level, unique_id, solution }: Math500) => ({
    problem,
    answer,
    subject,
    level,
    source_id: unique_id,
    solution,
  }),
  aime24: ({ problem, answer, id, url, solution }: Aime24) => ({
    problem,
    answer,
    source_id: id,
    url,
    solution,
  }),
  aime25: ({ problem, answer }: Aime25) => ({ problem, answer }),
  // Whole numbers that were stored as floats.
  amc23: ({ problem, answer, id, url }: Amc23) => ({
    problem,
    answer: String(answer),
    answer_raw: answer,
    source_id: id,
    url,
  }),
  minerva_math: ({ problem, type, idx, solution }: Minerva) => ({
    problem,
    ...boxedAnswer(solution),
    subject: type,
    source_id: idx,
    solution,
  }),
  olympiadbench: ({ question, final_answer: [answer], subfield, id, ...row }: Olympiad) => ({
    problem: question,
    answer: withoutDollars(answer),
    answer_raw: answer,
    subject: subfield,
    answer_type: row.answer_type,
    is_multiple_answer: row.is_multiple_answer,
    unit: row.unit,
    error: row.error,
    source_id: id,
    context: row.context,
    solution: row.solution,
  }),
} satisfies Record<BenchmarkForm, (row: never) => object>;

interface Math500 {
  readonly problem: string;
  readonly answer: string;
  readonly subject: string;
  readonly level: number;
  readonly unique_id: string;
  readonly solution: string;
}

interface Aime25 {
  readonly problem: string;
  readonly answer: string;
}

interface Aime24 extends Aime25 {
  readonly id: number;
  readonly url: string;
  readonly solution: string;
}

interface Amc23 {
  readonly problem: string;
  readonly answer: number;
  readonly id: number;
  readonly url: string;
}

interface Minerva {
  readonly problem: string;
  readonly type: string;
  readonly idx: number;
  readonly solution: string;
}

interface Olympiad {
  readonly question: string;
  /** One string in every row; several answers stand in it together. */
  readonly final_answer: readonly [string];
  readonly subfield: string;
  readonly id: number;
  readonly answer_type: string;
  readonly is_multiple_answer: boolean;
  readonly unit: string | null;
  readonly error: string | null;
  readonly context: string | null;
  readonly solution: readonly string[];
}

/** The rows of a benchmark, with ids such as `math500-7` by their place. */
export function convertBenchmark(name: BenchmarkForm, rows: readonly unknown[]): readonly object[] {
  // The sha256 of the file was checked: its rows are of the form that the converter of its name takes.
  const convert = converters[name] as (row: unknown) => object;
  return rows.map((row, index) => ({ id: `${name}-${index}`, ...convert(row) }));
}

/** The gold stands in the last box of the reference solution, its unit behind it. */
function boxedAnswer(solution: string): { readonly answer: string; readonly after_box: string } {
  const box = lastBox(solution);
  if (typeof box === 'string') throw new Error(`a solution without a box: ${box}`);
  const end = box.start + box.text.length + 1;
  return { answer: box.text, after_box: solution.slice(end, end + AFTER_BOX_CHARACTERS).trim() };
}

/** One formula as a whole loses its dollars; of several each keeps its own. */
function withoutDollars(answer: string): string {
  return /^\$([^$]*)\$$/.exec(answer)?.[1] ?? answer;
}
