import { isChoice, lastChoice } from './choice-letter.ts';
import { equalNumbers } from './equal-numbers.ts';
import type { PaperSymbolic } from './paper-symbolic.ts';
import { stripCharacters } from './strip-characters.ts';

/** Lists within lists beyond this are unequal; ours, the paper's code stops after three seconds. */
const DEEPEST = 20;
/** Algebra asked for in one comparison; ours, for the same reason. */
const MOST_ALGEBRA = 64;

/**
 * Compares a normalised prediction with a normalised gold as the paper's evaluation does. The first rule that holds
 * decides; parts of lists, matrices and equations go through all rules again.
 *
 * @returns the rule; the two are equal where it begins with `equal`
 * @see `math_equal` of Qwen2.5-Math's evaluation
 */
export function equalPaperEval(prediction: string, gold: string, symbolic: PaperSymbolic): string {
  let asked = 0;
  const algebra = (left: string, right: string) => {
    asked += 1;
    return asked <= MOST_ALGEBRA && symbolic.equal(left, right, 'latex');
  };
  return decide(prediction, gold, { algebra, depth: 0 });
}

interface Context {
  readonly algebra: (left: string, right: string) => boolean;
  readonly depth: number;
}

function decide(prediction: string, gold: string, context: Context): string {
  if (sameText(prediction.trim(), gold.trim())) return 'equal-text';
  if (isChoice(gold) && lastChoice(prediction) === gold) return 'equal-choice';
  const numbers = equalNumbers(prediction, gold);
  if (numbers !== undefined) return numbers ? 'equal-number' : 'unequal-number';
  if (prediction === '') return 'empty-answer';
  return decideStructure(prediction.trim(), asMatrix(gold.trim(), prediction), context);
}

function decideStructure(prediction: string, gold: string, context: Context): string {
  if (sameText(...withoutBrackets(prediction, gold))) return 'equal-unbracketed';
  if (context.depth >= DEEPEST) return 'too-deep';
  const inner = { ...context, depth: context.depth + 1 };
  if (equalLists(prediction, gold, inner)) return 'equal-elements';
  if (equalMatrices(prediction, gold, inner)) return 'equal-matrix';
  if (equalEquations(prediction, gold, inner)) return 'equal-equation';
  return context.algebra(prediction, gold) ? 'equal-symbolic' : 'unequal';
}

function isEqual(prediction: string, gold: string, context: Context): boolean {
  return decide(prediction, gold, context).startsWith('equal');
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Where only the prediction is a matrix, what stands in the gold's braces becomes one, with a lone `\` for a comma. */
function asMatrix(gold: string, prediction: string): string {
  if (!prediction.includes('pmatrix') || gold.includes('pmatrix')) return gold;
  const end = gold.lastIndexOf('}');
  const start = gold.indexOf('{');
  if (start < 0 || end < 0 || gold.lastIndexOf(',', end) < start) return '';
  const inside = stripCharacters(gold.slice(start, end + 1), '{}');
  return `\\begin{pmatrix}${inside.replaceAll(',', '\\')}\\end{pmatrix}`;
}

function withoutBrackets(prediction: string, gold: string): [prediction: string, gold: string] {
  const bracketed =
    (prediction.startsWith('[') && prediction.endsWith(']') && !gold.startsWith('(')) ||
    (prediction.startsWith('(') && prediction.endsWith(')') && !gold.startsWith('['));
  const bare = (text: string) => (bracketed ? stripCharacters(text, '[]()') : text).replaceAll(/[{}()]/g, '');
  return [bare(prediction), bare(gold)];
}

/** Both begin with a bracket and have one closed later; the first and last character go, whatever they are. */
function equalLists(prediction: string, gold: string, context: Context): boolean {
  if (!isBracketed(prediction) || !isBracketed(gold)) return false;
  return equalParts(prediction.slice(1, -1).split(','), gold.slice(1, -1).split(','), context);
}

function isBracketed(text: string): boolean {
  return /^[([]/.test(text) && Math.max(text.lastIndexOf(')'), text.lastIndexOf(']')) >= 2;
}

function equalParts(predictions: readonly string[], golds: readonly string[], context: Context): boolean {
  return (
    predictions.length === golds.length &&
    predictions.every((prediction, at) => isEqual(prediction, golds[at] ?? '', context))
  );
}

const MATRIX = /^\\begin\{[pb]matrix\}(.*)\\end\{[pb]matrix\}$/s;

function equalMatrices(prediction: string, gold: string, context: Context): boolean {
  const [predictions, golds] = [rowsOf(prediction), rowsOf(gold)];
  if (!predictions || predictions.length !== golds?.length) return false;
  return predictions.every((row, at) => equalParts(row.split('&'), (golds[at] ?? '').split('&'), context));
}

function rowsOf(text: string): string[] | undefined {
  return MATRIX.exec(text)?.[1]
    ?.split('\\\\')
    .map((row) => row.trim())
    .filter((row) => row !== '');
}

function equalEquations(prediction: string, gold: string, context: Context): boolean {
  const [predictionSides, goldSides] = [prediction.split('='), gold.split('=')];
  if (predictionSides.length === 2 && goldSides.length === 2) {
    const [left, right] = [difference(predictionSides), difference(goldSides)];
    return context.algebra(left, right) || context.algebra(`-(${left})`, right);
  }
  if (goldSides.length === 1 && isShortAssignment(predictionSides)) {
    return isEqual(predictionSides[1] ?? '', gold, context);
  }
  return predictionSides.length === 1 && isShortAssignment(goldSides)
    ? isEqual(prediction, goldSides[1] ?? '', context)
    : false;
}

function difference([left = '', right = '']: readonly string[]): string {
  return `${left.trim()} - (${right.trim()})`;
}

function isShortAssignment(sides: readonly string[]): boolean {
  return sides.length === 2 && [...(sides[0] ?? '').trim()].length <= 2;
}
