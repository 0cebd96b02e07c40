import type { GraderName } from '#shared/messages.ts';
import { printable, printableJson } from '#shared/printable.ts';
import type { VerifyOptions } from '#shared/verifier/verification.ts';
import { explain as explainVerdict, goldFault, verify } from '#shared/verifier/verify.ts';
import { toVerifyInput } from './case-line.ts';
import { renderExplanation } from './render-explanation.ts';
import { renderVerification } from './render-verification.ts';
import { toResult } from './result.ts';

const INCORRECT = 1;

export interface VerifySettings {
  readonly gold: readonly string[];
  readonly answer?: string;
  readonly completion?: string;
  readonly mode: GraderName;
  readonly options: VerifyOptions;
  readonly explain: boolean;
  readonly json: boolean;
}

/** Judges one answer, or the one of a completion, and says why. Exits with 0 if it is correct, with 1 if not. */
export function verifyAnswer({ explain, json, mode, options, ...given }: VerifySettings): void {
  const gold = [...given.gold];
  const { answer, completion } = given;
  const input = toVerifyInput({ gold, answer, completion }, { mode, options });
  const explanation = explain ? explainVerdict(input) : undefined;
  const verification = explanation ?? verify(input);
  const fault = goldFault(gold);
  if (json) {
    const line = { ...toResult(verification), ...explanation, ...(fault && { goldFault: fault }) };
    process.stdout.write(`${printableJson(line)}\n`);
  } else {
    const detail = explanation ? `\n${renderExplanation(explanation, completion)}` : '';
    process.stdout.write(`${renderVerification(verification)}${detail}`);
  }
  if (fault && !json) process.stderr.write(`oneshot: no answer can match this gold: ${printable(fault)}\n`);
  if (verification.verdict !== 'correct') process.exitCode = INCORRECT;
}
