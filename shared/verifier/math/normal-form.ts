import type { Node } from '../node/node.ts';
import { integer, isInteger, ONE, ZERO } from '../node/rational.ts';
import { canonicalKey } from './canonical-key.ts';
import type { Fraction } from './kernels.ts';
import { normalCall } from './normal-call.ts';
import { exponential, logarithmOf } from './normal-exponential.ts';
import { rootPower } from './normal-root.ts';
import { fromPolynomial, NoNormalForm, type Normalizer, number, smallInteger } from './normalizer.ts';
import { constantOf, generator } from './polynomial.ts';

/** An expression as a quotient of polynomials in kernels. */
export function normalForm(node: Node, normal: Normalizer): Fraction {
  switch (node.kind) {
    case 'number':
      return number(node.value);
    case 'symbol':
      return normal.name(node.name);
    case 'opaque':
      return normal.name(canonicalKey(node, normal.fuel));
    case 'constant':
      return constant(node.name, normal);
    case 'sum':
      return node.terms.map((term) => normal.of(term)).reduce((a, b) => normal.add(a, b), number(ZERO));
    case 'product':
      return node.factors
        .map((factor) => normal.of(factor))
        .reduce((a, b) => normal.multiply(a, b), number(ONE));
    case 'power':
      return power(node.base, node.exponent, normal);
    case 'call':
      return normalCall(node.name, node.args, node, normal);
    case 'percent':
      return normal.divide(normal.of(node.value), number(integer(100)));
    case 'degree':
    case 'quantity':
      return normal.of(node.value);
    default:
      throw new NoNormalForm();
  }
}

function constant(name: string, normal: Normalizer): Fraction {
  if (name === 'infinity') throw new NoNormalForm();
  if (name === 'e') return exponential(number(ONE), normal);
  if (name === 'pi') return normal.pi;
  return fromPolynomial(generator(normal.imaginaryUnit.index));
}

function power(base: Node, exponent: Node, normal: Normalizer): Fraction {
  const undone = undoneLogarithm(base, exponent, normal);
  if (undone) return normal.of(undone);
  const raised = normal.of(exponent);
  const value = normal.valueOf(raised);
  if (value && isInteger(value)) return normal.raise(normal.of(base), smallInteger(value));
  if (base.kind === 'constant' && base.name === 'e') return exponential(raised, normal);
  if (value) return rootPower(base, value, normal);
  return symbolicPower(base, raised, normal);
}

/** `b^(log_b x)` is x. */
function undoneLogarithm(base: Node, exponent: Node, normal: Normalizer): Node | undefined {
  if (exponent.kind !== 'call' || exponent.name !== 'log') return undefined;
  const [of, to] = exponent.args;
  return to && canonicalKey(to, normal.fuel) === canonicalKey(base, normal.fuel) ? of : undefined;
}

/** `b^x` is `e^(x·ln b)`; of a negative number the sign is a power of its own. */
function symbolicPower(base: Node, exponent: Fraction, normal: Normalizer): Fraction {
  const value = normal.valueOf(normal.of(base));
  if (value && value.numerator < 0n) {
    const size: Node = {
      kind: 'number',
      value: { ...value, numerator: -value.numerator },
      decimals: null,
      digits: 0,
    };
    return normal.multiply(signPower(exponent, normal), symbolicPower(size, exponent, normal));
  }
  if (value?.numerator === 0n) throw new NoNormalForm();
  return exponential(normal.multiply(exponent, logarithmOf(base, normal)), normal);
}

/** `(−1)^(n + 1)` of whole n: each term is a sign of its own. */
function signPower(exponent: Fraction, normal: Normalizer): Fraction {
  const { top, bottom } = normal.simplified(exponent);
  if (!normal.settings.whole || !constantOf(bottom)) throw new NoNormalForm();
  let sign = number(ONE);
  for (const { coefficient, powers } of top.values()) {
    if (!isInteger(coefficient)) throw new NoNormalForm();
    if (coefficient.numerator % 2n === 0n) continue;
    if (powers.some(([index]) => normal.kernels.at(index).kind !== 'name')) throw new NoNormalForm();
    const text = `sign ${powers.map((each) => each.join('^')).join('.')}`;
    const relation = { degree: 2, value: number(ONE) };
    const factor =
      powers.length === 0
        ? number(integer(-1))
        : normal.kernel(text, { kind: 'other', positive: false, relation });
    sign = normal.multiply(sign, factor);
  }
  return sign;
}
