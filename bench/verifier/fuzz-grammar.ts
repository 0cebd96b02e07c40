import { FUNCTIONS, NAMES, NUMBERS, OPERATORS, RELATIONS, UNITS, WORDS } from './fuzz-pieces.ts';
import type { Random } from './random.ts';

/** Writes answers of every kind that the verifier knows; what they mean does not matter here. */
export class Grammar {
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  answer(): string {
    const { random } = this;
    switch (random.below(12)) {
      case 0:
      case 1:
        return this.number();
      case 2:
      case 3:
        return this.expression(3);
      case 4:
        return this.number() + random.pick(UNITS);
      case 5:
        return random.pick(WORDS);
      case 6:
        return this.matrix();
      case 7:
        return this.relation();
      case 8:
        return this.interval();
      default:
        return this.collection();
    }
  }

  private number(): string {
    return this.random
      .pick(NUMBERS)
      .replaceAll('#', () => `${this.random.below(10 ** (1 + this.random.below(3)))}`);
  }

  private expression(depth: number): string {
    const { random } = this;
    const kind = depth === 0 ? 7 : random.below(9);
    if (kind < 3) return this.expression(depth - 1) + random.pick(OPERATORS) + this.expression(depth - 1);
    if (kind === 3) return random.pick(FUNCTIONS).replace('§', () => this.expression(depth - 1));
    if (kind === 4) return `\\frac{${this.expression(depth - 1)}}{${this.expression(depth - 1)}}`;
    if (kind === 5) return `(${this.expression(depth - 1)})`;
    if (kind === 6) return `${random.pick(NAMES)}^{${this.expression(depth - 1)}}`;
    return random.below(2) === 0 ? random.pick(NAMES) : this.number();
  }

  private relation(): string {
    const { random } = this;
    const left = random.below(2) === 0 ? random.pick(NAMES) : this.expression(2);
    const chain = random.below(4) === 0 ? random.pick(RELATIONS) + this.expression(1) : '';
    return left + random.pick(RELATIONS) + this.expression(2) + chain;
  }

  private interval(): string {
    const { random } = this;
    const one = () =>
      `${random.pick(['(', '['])}${this.expression(1)}, ${this.expression(1)}${random.pick([')', ']'])}`;
    const written =
      random.below(2) === 0
        ? one()
        : one() + random.pick(['\\cup ', '\\cap ', ' \\setminus ', ' ∪ ']) + one();
    return random.below(4) === 0 ? `x \\in ${written}` : written;
  }

  private collection(): string {
    const { random } = this;
    const [open, close] = random.pick([
      ['', ''],
      ['(', ')'],
      ['\\{', '\\}'],
      ['\\left(', '\\right)'],
      ['\\left\\{', '\\right\\}'],
      ['\\langle ', '\\rangle'],
      ['[', ']'],
    ] as const);
    const item = random.pick([
      () => this.number(),
      () => this.expression(1),
      () => this.relation(),
      () => this.interval(),
    ]);
    const items = Array.from({ length: 1 + random.below(4) }, item);
    return open + items.join(random.pick([', ', ',', '; ', '\\text{ and }', ' or '])) + close;
  }

  private matrix(): string {
    const { random } = this;
    const kind = random.pick(['pmatrix', 'bmatrix', 'vmatrix', 'array', 'cases']);
    const columns = 1 + random.below(3);
    const row = () => Array.from({ length: columns }, () => this.expression(1)).join(' & ');
    const rows = Array.from({ length: 1 + random.below(3) }, row).join(' \\\\ ');
    return `\\begin{${kind}}${kind === 'array' ? '{cc}' : ''} ${rows} \\end{${kind}}`;
  }
}
