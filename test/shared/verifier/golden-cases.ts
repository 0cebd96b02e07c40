import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { VerdictKind } from '#shared/records/evaluations.ts';
import type { Mode } from '#shared/verifier/verification.ts';

/** A judgement that the project stands by. */
export interface GoldenCase {
  readonly gold: string | readonly string[];
  readonly completion: string;
  readonly mode: Mode;
  readonly verdict: VerdictKind;
  readonly reason: string;
  /** The policy that decides. */
  readonly why: string;
}

/** Where the golden files lie. */
export const goldenFolder = join(import.meta.dirname, '../../golden/verifier');

/** Names of the files, without `.jsonl`. */
export function goldenNames(): string[] {
  const files = readdirSync(goldenFolder).filter((file) => file.endsWith('.jsonl'));
  return files.map((file) => basename(file, '.jsonl')).sort();
}

export function goldenCases(name: string): GoldenCase[] {
  const lines = readFileSync(join(goldenFolder, `${name}.jsonl`), 'utf8').trim();
  return lines.split('\n').map((line) => JSON.parse(line) as GoldenCase);
}
