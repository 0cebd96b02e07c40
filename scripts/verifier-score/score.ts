import type { Verification, Verifier } from '#shared/verifier/verification.ts';
import type { CorpusCase, CorpusFile } from './corpus.ts';
import { judgeCase } from './judge-case.ts';

/** How well verdicts agree with the labels. */
export interface Score {
  /** Labelled cases; those whose label is a matter of options are left out. */
  readonly cases: number;
  /** Share of right verdicts, 0 to 1. */
  readonly accuracy: number;
  /** Wrong answers that were accepted. */
  readonly fp: number;
  /** Right answers that were refused. */
  readonly fn: number;
}

export interface JudgedCase extends CorpusCase {
  readonly verification: Verification;
  readonly ms: number;
}

export interface JudgedFile {
  readonly name: string;
  readonly cases: readonly JudgedCase[];
}

/** Judges every case, one after the other, with the time that each took. */
export function judgeFiles(files: readonly CorpusFile[], verifier: Pick<Verifier, 'verify'>): JudgedFile[] {
  // The first verdicts of a process pay for compiling the verifier.
  for (const { cases } of files) for (const each of cases.slice(0, 20)) judgeCase(each, verifier);
  return files.map(({ name, cases }) => ({
    name,
    cases: cases.map((each) => {
      const start = performance.now();
      const verification = judgeCase(each, verifier);
      return { ...each, verification, ms: performance.now() - start };
    }),
  }));
}

/** Counts verdicts against `ours`. */
export function scoreOf(judged: readonly JudgedCase[]): Score {
  const labelled = judged.filter(({ ours }) => ours !== null);
  const fp = labelled.filter((each) => isCorrect(each) && each.ours === false).length;
  const fn = labelled.filter((each) => !isCorrect(each) && each.ours === true).length;
  return { cases: labelled.length, accuracy: share(labelled.length - fp - fn, labelled.length), fp, fn };
}

/** Share of the cases' sources that would say the same, 0 to 1. */
export function agreementWithSource(judged: readonly JudgedCase[]): number {
  const told = judged.filter(({ expected }) => expected !== undefined);
  return share(told.filter((each) => isCorrect(each) === each.expected).length, told.length);
}

/** The labelled cases that were judged wrongly. */
export function failures(judged: readonly JudgedCase[]): JudgedCase[] {
  return judged.filter((each) => each.ours !== null && isCorrect(each) !== each.ours);
}

function isCorrect({ verification }: JudgedCase): boolean {
  return verification.verdict === 'correct';
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}
