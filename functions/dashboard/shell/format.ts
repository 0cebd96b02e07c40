/** What stands where there is no number. */
export const NONE = '–';

/** As British English shortens them. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];

/** A number for people: about three significant digits, thousands with commas. */
export function number(value: number): string {
  if (Number.isInteger(value)) return whole(value).replace('-', '−');
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : size >= 0.001 ? 4 : 0;
  return (digits === 0 && size < 1 ? value.toExponential(1) : value.toFixed(digits)).replaceAll('-', '−');
}

/** A number with its sign, which zero has not. */
export function signed(value: number, digits: number): string {
  const rounded = Math.abs(value).toFixed(digits);
  if (Number(rounded) === 0) return '0';
  return `${value < 0 ? '−' : '+'}${rounded}`;
}

/** `1 group`, `2 groups`. */
export function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A whole number with commas. `toLocaleString` would load its tables first, which takes 30 ms of a first page. */
function whole(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A time for people, in UTC since a page is the same for all its readers: `29 Nov 2026, 14:03`. */
export function dateText(ms: number): string {
  const at = new Date(ms);
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  return `${day}, ${at.toISOString().slice(11, 16)}`;
}

/** Ids that are digests are told apart by their beginnings; names that people gave stay whole. */
export function shortId(id: string): string {
  return /^[a-z2-7]{26}$/.test(id) ? id.slice(0, 8) : id;
}

/** A time that something took, for people: `0.4 s`, `95 s`, `12 min`, `3.4 h`. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
