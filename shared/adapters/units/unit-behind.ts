import { readUnit } from './read-unit.ts';

const SET =
  /^[\s~$]*(?:\\[,;: ]|~|\s)*((?:\\(?:text|mathrm|mbox|rm)\s*\{[^{}]*\}|\^\s*\{?\s*-?\d\s*\}?|\\cdot|[\s~/]|\\[,;: ])+)/;
const BARE = /^(?:\\[,;: )]|[\s~$])*([A-Za-zµμΩ°]+(?:\^\d)?(?:\/[A-Za-z]+(?:\^\d)?)?)(?![A-Za-z\\{^=(])/;

/** `in` is rather a word. */
export function unitBehind(text: string): string | undefined {
  for (const pattern of [SET, BARE]) {
    const unit = pattern.exec(text)?.[1]?.trim();
    if (unit === undefined || unit === '' || /^(?:in|a|A|at|u|t|d|h)$/.test(unit)) continue;
    if (readUnit(unit)?.measure) return unit;
  }
  return undefined;
}
