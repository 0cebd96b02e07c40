import type { Region } from './extraction.ts';

const THOUGHT_ENDS = '</think>';
const THOUGHT_BEGINS = '<think>';
/** Marks of chat templates and tokenizers: nothing after them is the model's answer. */
const STOPS =
  /<\|(?:im_end|im_start|endoftext|eot_id|eom_id|end|end_of_text|end_of_turn|endofturn|start_header_id|user|system|return|eos)\|>|<\/s>|<(?:end|start)_of_turn>|<eos>|\[\/?INST\]|\[EOS\]|<[｜|](?:end▁of▁sentence|User)[｜|]>/;
/** What a template writes before an answer. */
const BEGINS =
  /^(?:\s{0,9}(?:<\|(?:im_start|start_header_id|end_header_id|begin_of_text|startoftext|assistant|start|message|channel)\|>|<s>|<bos>|<start_of_turn>|\[\/INST\]|<[｜|](?:begin▁of▁sentence|Assistant)[｜|]>)\s{0,9}(?:(?:assistant|model|final)(?=\s|<))?)+/;
/** What a base model goes on with when it should have stopped. */
const NEXT_PROBLEM =
  /\n[ \t#*]*(?:Problem|Question|Exercise|User|Human|Q)(?: \d{1,3})?[*]*[:.]|\n\[?(?:Problem|Question)\]?:?\n/g;
const COMMITS = /\\boxed|\\fbox|answers? (?:is|are)|answer:|####/i;

/**
 * The part of a completion that can hold its answer: after the last thought, before a stop mark, and before a next
 * problem that the model made up once it had answered this one.
 */
export function answerRegion(text: string): Region {
  const thought = text.lastIndexOf(THOUGHT_ENDS);
  const start = afterTemplate(text, thought < 0 ? 0 : thought + THOUGHT_ENDS.length);
  const unfinished = text.indexOf(THOUGHT_BEGINS, start);
  const rest = text.slice(start, unfinished < 0 ? text.length : unfinished);
  const stop = rest.search(STOPS);
  const written = stop < 0 ? rest : rest.slice(0, stop);
  return { start, end: start + beforeNextProblem(written) };
}

function afterTemplate(text: string, start: number): number {
  return start + (BEGINS.exec(text.slice(start, start + LONGEST_TEMPLATE))?.[0].length ?? 0);
}

const LONGEST_TEMPLATE = 200;

function beforeNextProblem(written: string): number {
  NEXT_PROBLEM.lastIndex = 0;
  let committed = -2;
  for (let next = NEXT_PROBLEM.exec(written); next; next = NEXT_PROBLEM.exec(written)) {
    if (committed === -2) committed = written.search(COMMITS);
    if (committed >= 0 && committed < next.index) return next.index;
  }
  return written.length;
}
