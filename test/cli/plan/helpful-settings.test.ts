import { describe, expect, it } from 'vitest';
import { helpfulSettings, mostFrugal } from '#cli/plan/helpful-settings.ts';
import { memoryPlan } from '#cli/plan/memory-plan.ts';
import { assignSettings } from '#trainer/settings/assign-settings.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { machineWith } from '../machine/machines.ts';
import { shapes } from './shapes.ts';

const pi1 = RunSettings.parse({ recipe: 'pi1', steps: 2000, engine: { device: 'cuda', precision: 'bf16' } });

/** Settings with options as `oneshot train` takes them. */
function withOptions(settings: RunSettings, way: readonly string[]): RunSettings {
  const words = way.join(' ').split(' ');
  const values = words.flatMap((word, i) => (words[i - 1] === '--set' ? [word] : []));
  const sampler = words.includes('--sampler') ? ['sampler.kind=vllm'] : [];
  return assignSettings(settings, [...values, ...sampler]);
}

describe('helpfulSettings', () => {
  it.each([
    ['3B', 1, [['--set engine.gradientCheckpointing=true']]],
    ['3B', 8, [['--set engine.gradientCheckpointing=true'], ['--set engine.ranks=4 --sampler vllm']]],
    [
      '7B',
      8,
      [
        ['--set engine.gradientCheckpointing=true', '--set engine.ranks=4 --sampler vllm'],
        // Server and engine share the first GPU, in turns.
        ['--set engine.tokenBudget=4096', '--set engine.ranks=8 --sampler vllm'],
      ],
    ],
  ] as const)('names the fewest changes for %s on %i × 80 GB', (size, count, ways) => {
    const found = helpfulSettings(pi1, shapes[size], machineWith(count));
    expect(found.map(({ options }) => options)).toEqual(ways);
  });

  it.each([
    ['1.5B', 1, 24],
    ['7B', 1, 80],
  ] as const)('names nothing where nothing helps: %s on %i × %i GB', (size, count, gigabytes) => {
    const machine = machineWith(count, gigabytes);
    expect(helpfulSettings(pi1, shapes[size], machine)).toEqual([]);
    expect(memoryPlan(mostFrugal(pi1, shapes[size], machine), shapes[size], machine).shortages).not.toEqual(
      [],
    );
  });

  it.each(['1.5B', '3B', '7B'] as const)(
    'only names what makes %s fit, as the command line takes it',
    (size) => {
      for (const count of [1, 2, 4, 8])
        for (const gigabytes of [24, 80] as const) {
          const machine = machineWith(count, gigabytes);
          for (const { options, settings } of helpfulSettings(pi1, shapes[size], machine)) {
            expect(withOptions(pi1, options)).toEqual(settings);
            const { shortages } = memoryPlan(settings, shapes[size], machine);
            expect({ count, gigabytes, options, shortages }).toEqual({
              ...{ count, gigabytes, options },
              shortages: [],
            });
          }
        }
    },
  );

  it('has nothing to say of a run that fits', () => {
    expect(memoryPlan(pi1, shapes['1.5B'], machineWith(1)).shortages).toEqual([]);
  });
});
