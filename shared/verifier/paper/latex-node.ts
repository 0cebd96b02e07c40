/** A piece of parsed LaTeX. `arguments` is `undefined` where they could not be read. */
export type LatexNode =
  | { readonly kind: 'characters' | 'special'; readonly text: string }
  | { readonly kind: 'group'; readonly nodes: readonly LatexNode[] }
  | { readonly kind: 'math'; readonly display: boolean; readonly nodes: readonly LatexNode[] }
  | { readonly kind: 'environment'; readonly name: string; readonly nodes: readonly LatexNode[] }
  | {
      readonly kind: 'macro';
      readonly name: string;
      readonly after: string;
      readonly arguments: LatexArguments | undefined;
    };

/** `undefined` for an optional argument that is not there. */
export type LatexArguments = readonly (LatexNode | undefined)[];
