/**
 * A Markdown text with what stands between its markers `<!-- name: … -->` and `<!-- /name -->` replaced.
 *
 * @throws {Error} where the text does not have both of them
 */
export function betweenMarkers(text: string, name: string, content: string): string {
  const marked = new RegExp(`(<!-- ${name}: [^\\n]* -->\\n).*?(<!-- /${name} -->)`, 's');
  if (!marked.test(text)) throw new Error(`the markers of ${name} are missing`);
  return text.replace(marked, (_, open: string, close: string) => `${open}\n${content}\n\n${close}`);
}
