import { KnownError } from '#shared/errors.ts';
import { gib } from './gib.ts';
import type { RunPlan } from './run-plan.ts';

/**
 * Refuses a run that the machine cannot hold, with the settings that would make it fit.
 *
 * @throws {KnownError} `does-not-fit`
 */
export function refuseUnfit({ memory, ways, leastBytes }: RunPlan): void {
  const [first] = memory?.shortages ?? [];
  if (!memory || !first) return;
  const what = `The run does not fit: ${first.what} must hold ${gib(first.needBytes)} and has ${gib(first.haveBytes)}.`;
  const largest = [...memory.parts].sort((one, other) => other.bytes - one.bytes).slice(0, 3);
  const parts = largest.map(({ part, bytes }) => `${part} ${gib(bytes)}`).join(', ');
  const options = ways.map((way) => way.join(' '));
  const help =
    options.length > 0
      ? `It would fit with ${options.join(', or with ')}.`
      : `No setting makes it fit; with all that save memory it needs ${gib(leastBytes ?? first.needBytes)}` +
        `${memory.place === 'gpu' ? ' on each GPU' : ''}. Train a smaller model, or on a larger machine.`;
  throw new KnownError('does-not-fit', `${what} Most of it: ${parts}. ${help} --dry-run shows every part.`);
}
