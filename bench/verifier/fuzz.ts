import { Grammar } from './fuzz-grammar.ts';
import { GARBAGE } from './fuzz-pieces.ts';
import { Random } from './random.ts';

/** Lengths of the few long strings end here. */
const LONGEST = 2_000;
const SHORT = 80;
/** One string in so many is a long one. */
const LONG_EVERY = 40;

/**
 * Case `index` of an endless, fixed sequence: a third of the answers are strings of the grammar, a third are such
 * strings with pieces deleted, doubled or swapped, a third are LaTeX pieces and unicode in any order. One answer in
 * three is made from its gold.
 */
export function fuzzCase(index: number): { gold: string; answer: string } {
  const random = new Random(index);
  const gold = text(random, random.pick([0, 0, 0, 1, 2]));
  const kind = index % 3;
  if (random.below(3) > 0) return { gold, answer: text(random, kind) };
  return { gold, answer: kind === 0 ? gold : mutated(gold, random) };
}

function text(random: Random, kind: number): string {
  const limit = random.below(LONG_EVERY) === 0 ? 100 + random.below(LONGEST - 100) : SHORT;
  if (kind === 0) return wellFormed(random, limit);
  return kind === 1 ? mutated(wellFormed(random, limit), random) : garbage(random, limit);
}

/** Long ones are many short ones, joined. */
function wellFormed(random: Random, limit: number): string {
  const grammar = new Grammar(random);
  let written = grammar.answer();
  while (limit > SHORT && written.length < limit / 2) written += random.pick(JOINTS) + grammar.answer();
  return written.slice(0, LONGEST);
}

const JOINTS = [', ', '+', ' = ', ' ', '\\text{ or }', '^', '/', '\\cup'] as const;

function garbage(random: Random, limit: number): string {
  let written = '';
  const length = 1 + random.below(limit);
  while (written.length < length) {
    written += random.below(8) === 0 ? String.fromCodePoint(codePoint(random)) : random.pick(GARBAGE);
  }
  return written.slice(0, LONGEST);
}

/** Any character, lone surrogates too. */
function codePoint(random: Random): number {
  const most = random.pick([0x7f, 0x7f, 0x3ff, 0x2bff, 0xffff, 0x10ffff]);
  return random.below(most + 1);
}

/** The string with one to four pieces deleted, doubled, swapped, cut off or replaced by a mark. */
function mutated(written: string, random: Random): string {
  const pieces = written.match(/\\[A-Za-z]+|\\?[\s\S]/gu) ?? [];
  for (let count = 1 + random.below(4); count > 0; count -= 1) mutate(pieces, random);
  return pieces.join('');
}

function mutate(pieces: string[], random: Random): void {
  const at = random.below(pieces.length + 1);
  const length = 1 + random.below(3);
  switch (random.below(6)) {
    case 0:
      pieces.splice(at, length);
      return;
    case 1:
      pieces.splice(at, 0, ...pieces.slice(at, at + length));
      return;
    case 2:
      pieces.splice(random.below(pieces.length + 1), 0, ...pieces.splice(at, length));
      return;
    case 3:
      pieces.splice(at, 1, random.pick(['{', '}', '(', ']', '\\', '^', '_', '|']));
      return;
    case 4:
      pieces.length = Math.max(1, at);
      return;
    default:
      pieces.splice(at, 0, random.pick(GARBAGE));
  }
}
