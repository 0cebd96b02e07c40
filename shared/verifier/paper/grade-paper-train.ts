import { equalElements } from './equal-elements.ts';
import { type LastBox, lastBox } from './last-box.ts';
import { normalizeMathd } from './normalize-mathd.ts';
import { normalizeSymbolic } from './normalize-symbolic.ts';
import type { PaperSymbolic } from './paper-symbolic.ts';
import { LONGEST_ANSWER, type PaperVerdict } from './paper-verdict.ts';

/** What the prompt contributes: the paper grades prompt and completion together, and its prompts hold an empty box. */
const PROMPT = '\\boxed{}';

/**
 * Grades as the paper's training code does (`paper-train`): the last box, compared as a string and then by algebra.
 * Quirks are kept for parity; a reward of one's own should use another mode. Never throws.
 *
 * @param gold - the label; a box round it is opened first. An empty one is matched by silence, as in the paper's
 * code: refuse such labels when a set is loaded
 * @see verl/utils/reward_score/deepscaler.py of the paper's public code, github.com/ypwang61/One-Shot-RLVR
 */
export function gradePaperTrain({
  gold,
  completion,
  symbolic,
}: {
  readonly gold: string;
  readonly completion: string;
  readonly symbolic: PaperSymbolic;
}): PaperVerdict {
  const box = lastBox(PROMPT + completion);
  if (typeof box === 'string') return { correct: false, extracted: null, span: null, reason: box };
  const label = gold.includes('\\boxed') ? lastBox(gold) : { text: gold };
  if (typeof label === 'string') return verdict(box, 'unreadable-gold');
  if (box.text.length > LONGEST_ANSWER) return verdict(box, 'answer-too-long');
  return verdict(box, compare(label.text, box.text, symbolic));
}

function compare(label: string, answer: string, symbolic: PaperSymbolic): string {
  if (normalizeMathd(label) === normalizeMathd(answer)) return 'equal-mathd';
  return equalElements(normalizeSymbolic(label), normalizeSymbolic(answer), symbolic);
}

function verdict(box: LastBox, rule: string): PaperVerdict {
  const correct = rule.startsWith('equal');
  const start = box.start - PROMPT.length;
  if (start < 0) return { correct, extracted: null, span: null, reason: correct ? rule : 'no-box' };
  return { correct, extracted: box.text, span: [start, start + box.text.length], reason: rule };
}
