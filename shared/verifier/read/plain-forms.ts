/** Full-width forms, bold and slanted digits and letters, spaces of any width, invisible marks. */
const FORMS = /[\uFF01-\uFF5E\u{1D400}-\u{1D7FF}]/gu;
const SPACES = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g;
/** A space that no line break may replace groups the digits of one number. */
const GROUPING = /(?<=\d)[\u00A0\u2009\u202F](?=\d{3})/g;
const INVISIBLE = /[\u200B-\u200F\u2060-\u2064\uFEFF\u00AD]/g;
const ANY = /[\u00A0\u00AD\u2000-\u200F\u202F\u205F-\u2064\u3000\uFEFF\uFF01-\uFF5E\uD835]/;

/** A text with the plain form of characters that only look different: `７３` is `73`, `𝑥` is `x`. */
export function plainForms(text: string): string {
  if (!ANY.test(text)) return text;
  return text
    .replaceAll(FORMS, (char) => char.normalize('NFKC'))
    .replaceAll(GROUPING, '\\,')
    .replaceAll(SPACES, ' ')
    .replaceAll(INVISIBLE, '');
}
