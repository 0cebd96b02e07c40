import { join } from 'node:path';
import type { CorpusFile } from '#scripts/verifier-score/corpus.ts';
import { median } from '../quantile.ts';
import type { MathVerify } from './math-verify.ts';
import { newVerifier } from './new-verifier.ts';
import { type Pass, sum, timedPass } from './pass.ts';

const PASSES = 5;
/** A pass of ours is repeated that long; the first until the compiler has seen enough, as the peer's takes longer. */
const WARM_SECONDS = 4;
const PASS_SECONDS = 1;

/** Of one competitor, over some files. */
export interface Standing {
  /** Median over the passes, of CPU time. */
  readonly pairsPerSecond: number;
  /** Share of the labels that it agrees with, 0 to 1. */
  readonly accuracy: number;
}

/** Lets both grade the files in turns, first once for warmth. Says on standard error how it goes. */
export async function race(
  files: readonly CorpusFile[],
  folder: string,
  peer: MathVerify,
): Promise<{ readonly ours: Standing; readonly peers: Standing }> {
  const cases = files.flatMap((file) => file.cases);
  const ours: Pass[] = [];
  const peers: Pass[] = [];
  for (let pass = 0; pass <= PASSES; pass++) {
    ours.push(timedPass(cases, newVerifier, pass === 0 ? WARM_SECONDS : PASS_SECONDS));
    const parts: Pass[] = [];
    for (const { name } of files) parts.push(await peer.pass(join(folder, `${name}.jsonl`)));
    peers.push(sum(parts));
    const rates = [ours, peers].map((passes) => rate(passes.at(-1)).toFixed(0));
    console.error(`${files[0]?.name}… pass ${pass}: ${rates[0]} pairs/s, Math-Verify ${rates[1]}`);
  }
  return { ours: standing(ours.slice(1)), peers: standing(peers.slice(1)) };
}

function standing(passes: readonly Pass[]): Standing {
  const { right, labelled } = sum(passes);
  return { pairsPerSecond: median(passes.map(rate)), accuracy: right / labelled };
}

function rate(pass: Pass | undefined): number {
  return pass ? pass.pairs / pass.cpuSeconds : Number.NaN;
}
