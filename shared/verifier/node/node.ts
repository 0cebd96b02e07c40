import type { Rational } from './rational.ts';

/** What an answer was read as: values and the expressions they are made of. */
export type Node =
  | NumberNode
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'constant'; readonly name: ConstantName }
  | { readonly kind: 'sum'; readonly terms: readonly Node[] }
  | { readonly kind: 'product'; readonly factors: readonly Node[] }
  | { readonly kind: 'power'; readonly base: Node; readonly exponent: Node }
  /** A function with a known meaning. */
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Node[] }
  /** Something that compares by its structure alone: `f(2)`, an integral, a derivative. */
  | { readonly kind: 'opaque'; readonly name: string; readonly args: readonly Node[] }
  /** `±value`, or `∓value` where `flipped`. */
  | { readonly kind: 'plus-minus'; readonly value: Node; readonly flipped: boolean }
  | { readonly kind: 'percent'; readonly value: Node }
  | { readonly kind: 'degree'; readonly value: Node }
  | { readonly kind: 'quantity'; readonly value: Node; readonly unit: string }
  /** Digits written in another base, such as `52_8`. */
  | { readonly kind: 'based'; readonly digits: string; readonly base: number }
  /** `(a,b)`, `[a,b)`, `{a,b}`: a tuple, an interval or a set. */
  | GroupNode
  /** Values side by side, in no order; `alternatives` where "or" joins them. */
  | ListNode
  | RelationNode
  | ConditionalNode
  /** A function given by cases. */
  | { readonly kind: 'piecewise'; readonly pieces: readonly ConditionalNode[] }
  | { readonly kind: 'set-operation'; readonly operator: SetOperator; readonly operands: readonly Node[] }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly Node[])[] }
  | { readonly kind: 'ratio'; readonly parts: readonly Node[] }
  | { readonly kind: 'text'; readonly text: string };

export interface NumberNode {
  readonly kind: 'number';
  readonly value: Rational;
  /**
   * Decimal places of a number written as a decimal (negative where `4.5e33` counts to the power 32), `null` for one
   * that is written exactly.
   */
  readonly decimals: number | null;
  /** Significant digits as written. */
  readonly digits: number;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly alternatives?: boolean;
  /** "and" joins them. */
  readonly conjunction?: boolean;
  /** `a) 3, b) 4`: the labels give an order. */
  readonly labelled?: boolean;
}

/** A value and when it is meant: `2x` for `x > 0`; as the only member of a set in braces a description of its members. */
export interface ConditionalNode {
  readonly kind: 'conditional';
  readonly value: Node;
  /** All of them hold; `otherwise` is a text. */
  readonly conditions: readonly Node[];
  /** "if" and the like: the value is said of this case only. */
  readonly restricted: boolean;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly open: Bracket;
  readonly close: Bracket;
  readonly items: readonly Node[];
}

export interface RelationNode {
  readonly kind: 'relation';
  readonly sides: readonly Node[];
  /** One fewer than sides. */
  readonly operators: readonly RelationOperator[];
}

export type ConstantName = 'pi' | 'e' | 'i' | 'infinity';
export type Bracket = '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>';
export type RelationOperator = '=' | '≠' | '<' | '>' | '≤' | '≥' | '≈' | '∈' | '≡' | '→' | '∣' | '⇒';
export type SetOperator = '∪' | '∩' | '∖';

export type FunctionName =
  | 'sin'
  | 'cos'
  | 'tan'
  | 'cot'
  | 'sec'
  | 'csc'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'acot'
  | 'asec'
  | 'acsc'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'coth'
  | 'sech'
  | 'csch'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'ln'
  /** `log(x, base)`; without a base it is natural or decimal, which the other side settles. */
  | 'log'
  | 'exp'
  /** `root(x, n)`: the real n-th root where there is one. */
  | 'root'
  | 'abs'
  | 'floor'
  | 'ceil'
  | 'factorial'
  | 'double-factorial'
  | 'binomial'
  | 'gcd'
  | 'lcm'
  | 'min'
  | 'max'
  | 'mod'
  | 'det'
  | 'conjugate'
  | 'real'
  | 'imaginary'
  | 'argument'
  /** `sum(body, variable, from, to)` */
  | 'series-sum'
  | 'series-product';
