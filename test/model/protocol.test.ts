import { describe, expect, it } from 'vitest';
import { explore, type Finding, search } from '../functions/scheduler/explore.ts';
import { modelPlane } from './model-plane.ts';
import type { Variant } from './protocol.ts';

/** More seeds for a longer search, or one to see its trace: `ONESHOT_MODEL_SEED=7`. */
const SCHEDULES = Number(process.env['ONESHOT_MODEL_SCHEDULES'] ?? 20_000);
const SEED = process.env['ONESHOT_MODEL_SEED'];

const VARIANTS: readonly Variant[] = [
  'returns early when the outcome exists',
  'lists before it puts',
  'counts instead of covering',
  'overwrites outcomes',
  'lists eventually',
  'has no dead-letter consumer',
  'skips VerifyShard when completions exist',
  'fails a dead generate whose completions are complete',
  'trusts its own part when another was stored',
  'acknowledges before it finishes',
  'refuses a round that was planned',
  'looks for an end before it promises',
];

describe('the protocol of rounds', () => {
  it('ends every round with one true summary or a refusal, whatever breaks', async () => {
    const found = await search(SEED === undefined ? range(SCHEDULES) : [Number(SEED)], modelPlane());
    expect(found && describeFinding(found)).toBeUndefined();
  });

  it.each(VARIANTS)('is broken by a plane that %s', async (variant) => {
    expect((await search(range(SCHEDULES), modelPlane(variant)))?.violation).toBeDefined();
  });

  it('takes the same course for the same seed', async () => {
    const broken = modelPlane('lists eventually');
    const found = await search(range(SCHEDULES), broken);
    expect(await explore(found?.seed ?? 0, broken)).toEqual(found);
  });
});

function describeFinding({ seed, violation, scenario, trace }: Finding): string {
  return [`ONESHOT_MODEL_SEED=${seed}: ${violation}`, JSON.stringify(scenario), ...trace].join('\n');
}

function* range(end: number): Iterable<number> {
  for (let i = 0; i < end; i++) yield i;
}
