import { allFactors } from '../node/all-factors.ts';
import { childrenOf } from '../node/children-of.ts';
import type { Node } from '../node/node.ts';

/**
 * `\overline{…}`: the conjugate of what is complex, a segment between points, a number written by its digits, or
 * another name than the letter below the bar.
 */
export function barred(value: Node): Node {
  if (isComplex(value)) return { kind: 'call', name: 'conjugate', args: [value] };
  if (value.kind === 'symbol') return { kind: 'symbol', name: `\\bar ${value.name}` };
  const factors = allFactors(value);
  if (value.kind === 'number' || factors.every(isPoint)) return value;
  if (
    value.kind === 'product' &&
    factors.every(({ kind }) => kind === 'symbol' || kind === 'number' || kind === 'constant')
  )
    return { kind: 'opaque', name: '\\overline', args: factors };
  return { kind: 'call', name: 'conjugate', args: [value] };
}

/** The imaginary unit or a letter that usually is complex. */
function isComplex(node: Node): boolean {
  if (node.kind === 'constant') return node.name === 'i';
  if (node.kind === 'symbol') return /^[zw](?:_|$)/.test(node.name);
  return childrenOf(node).some(isComplex);
}

function isPoint(node: Node): boolean {
  return node.kind === 'symbol' && /^[A-Z]/.test(node.name);
}
