import { expect, it } from 'vitest';
import { madeEntries } from '#functions/local/made-entries.ts';
import type { GenerateShard } from '#shared/messaging/messages.ts';

it('tells of each shard now and then, be they made side by side', () => {
  const told: unknown[] = [];
  let now = 0;
  const tell = madeEntries(
    (event) => {
      if (event.event === 'completions-made') told.push([event.shard, event.tokens]);
    },
    () => now,
  );
  const shard = (shard: number): GenerateShard => ({
    ...{ schemaVersion: 1, type: 'generate-shard', evaluation: 'e'.repeat(26), round: 0, shard },
  });
  for (now = 0; now < 1000; now += 100)
    for (const each of [0, 1]) tell(shard(each), { completions: 0, tokens: now });
  expect(told).toEqual([
    [0, 0],
    [1, 0],
    [0, 500],
    [1, 500],
  ]);
});
