/**
 * What the paper's graders ask of a computer algebra system, as a port: both texts can be read, and they are equal.
 * Never throws and always ends; a text that cannot be read is equal to nothing.
 *
 * - `python`: sympy's expression parser with implicit multiplication, `^` read as power, and
 *   `simplify(left − right) == 0`.
 * - `latex`: the first of a LaTeX parser and the expression parser that accepts the text (`\\` read as `\` first);
 *   equal are the same expressions, a difference that simplifies to zero, equations with the same |left − right|,
 *   numbers within 1e-4 (relative), and matrices whose elements agree to three decimals.
 */
export interface PaperSymbolic {
  equal(left: string, right: string, syntax: 'python' | 'latex'): boolean;
}
