import { sum } from '#shared/metrics/sum.ts';
import { sizeText } from '../terminal/size-text.ts';
import { textTable } from '../terminal/text-table.ts';
import type { Collected } from './collect.ts';

/** Prints what was freed by kind, and all of it together. */
export function tellCollected(
  collected: readonly Collected[],
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
): void {
  const sizeBytes = sum(collected.map((each) => each.sizeBytes));
  const objects = sum(collected.map((each) => each.objects));
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ event: 'collected', dryRun, objects, sizeBytes, kinds: collected })}\n`,
    );
    return;
  }
  const columns = [
    { head: 'WHAT', text: ({ kind }: Collected) => kind },
    { head: 'OBJECTS', text: (each: Collected) => `${each.objects}`, right: true },
    { head: 'SIZE', text: (each: Collected) => sizeText(each.sizeBytes), right: true },
  ];
  if (collected.length > 0) process.stdout.write(`${textTable(columns, collected)}\n`);
  process.stdout.write(`${dryRun ? 'Would free' : 'Freed'} ${sizeText(sizeBytes)}.\n`);
}
