import type { ParsedJson } from './parse-json.ts';

/**
 * A line of JSON in which some members may be numbers and mean their digits: those become texts, written as they stand in
 * the line.
 *
 * @param names - of those members
 * @throws where any other number has more digits than a number holds
 */
export function withNumbersAsText({ value, digits, changed }: ParsedJson, names: readonly string[]): unknown {
  const lost = changed.find(({ member }) => !names.some((name) => name === member && digits.has(name)));
  if (lost)
    throw new Error(
      `no number holds the digits ${lost.digits} of "${lost.member}". Write them as a text, in quotes.`,
    );
  const texts = names.flatMap((name) => (digits.has(name) ? [[name, digits.get(name)] as const] : []));
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? { ...value, ...Object.fromEntries(texts) } : value;
}
