import type { Units } from '../../ports/units.ts';

const SET =
  /^[\s~$]*(?:\\[,;: ]|~|\s)*((?:\\(?:text|mathrm|mbox|rm)\s*\{[^{}]*\}|\^\s*\{?\s*-?\d\s*\}?|\\cdot|[\s~/]|\\[,;: ])+)/;
const BARE = /^(?:\\[,;: )]|[\s~$])*([A-Za-zµμΩ°]+(?:\^\d)?(?:\/[A-Za-z]+(?:\^\d)?)?)(?![A-Za-z\\{^=(])/;

/** The unit of measure right behind a box: `\boxed{5}\,\text{cm}`, `\boxed{5}$ cm`. `in` is rather a word. */
export function unitAfter(text: string, units: Units): string | undefined {
  for (const pattern of [SET, BARE]) {
    const unit = pattern.exec(text)?.[1]?.trim();
    if (unit === undefined || unit === '' || /^(?:in|a|A|at|u|t|d|h)$/.test(unit)) continue;
    if (units.read(unit)?.measure) return unit;
  }
  return undefined;
}
