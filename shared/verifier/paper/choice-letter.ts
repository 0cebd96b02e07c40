import { stripCharacters } from './strip-characters.ts';

const STAND_ALONE = /(?<![\p{L}\p{N}_])[A-E](?![\p{L}\p{N}_])/gu;

/** One of the five letters the paper's evaluation takes for a choice. */
export function isChoice(text: string): boolean {
  return /^[A-E]$/.test(text);
}

/** The last of A to E that stands alone, in either case: the article "a" counts. */
export function lastChoice(text: string): string | undefined {
  return text.toUpperCase().match(STAND_ALONE)?.at(-1);
}

/**
 * Corrects a prediction where the gold is made of choice letters. For a single letter the completion is read again;
 * for several (and for none: an empty gold counts) everything but the letters A to E is dropped.
 *
 * @see `choice_answer_clean` of Qwen2.5-Math's evaluation
 */
export function correctChoice(gold: string, prediction: string, completion: string): string {
  if (isChoice(gold)) return isChoice(prediction) ? prediction : choiceOf(completion);
  if (!/^[A-E]*$/.test(gold) || /^[A-E]*$/.test(prediction)) return prediction;
  return prediction.replaceAll(/[^A-E]/g, '');
}

const TRIGGERS = ['choice is', 'answer is'];

/**
 * The first letter after the last "answer is" or "choice is", without one the last letter, else the text itself.
 * Where one of the two is said more than once only the first paragraph is read.
 */
function choiceOf(completion: string): string {
  const text = stripCharacters(completion, '\n');
  const repeats = TRIGGERS.some((trigger) => text.indexOf(trigger) !== text.lastIndexOf(trigger));
  const pieces = (repeats ? (text.split('\n\n', 1)[0] ?? '') : text).split(/choice is|answer is/);
  const last = pieces.at(-1) ?? '';
  const letters = last.toUpperCase().match(STAND_ALONE);
  return letters?.at(pieces.length > 1 ? 0 : -1) ?? stripCharacters(last.trim(), './');
}
