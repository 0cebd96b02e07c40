/** A file to be written. */
export interface ExportedFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** JSON that every parser takes: halves of surrogate pairs, which some refuse, become U+FFFD. */
export function wellFormedJson(value: unknown, space?: number): string {
  const repair = (_: string, inner: unknown) => (typeof inner === 'string' ? inner.toWellFormed() : inner);
  return JSON.stringify(value, repair, space);
}
