/** As Python writes an integer; other spellings of one are left alone. */
const INTEGER = /^(?:0|-?[1-9]\d*)$/;

/**
 * Writes a text that is exactly `a/b` as `\frac{a}{b}` when both sides are integers, or, with `roots`, integers or
 * anything that mentions `sqrt`.
 */
export function fixSlash(text: string, { roots }: { readonly roots: boolean }): string {
  const [above, below, ...more] = text.split('/', 3);
  if (above === undefined || below === undefined || more.length > 0) return text;
  const allowed = (side: string) => INTEGER.test(side) || (roots && side.includes('sqrt'));
  return allowed(above) && allowed(below) ? `\\frac{${above}}{${below}}` : text;
}
