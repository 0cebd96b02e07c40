import type { Random } from './random.ts';

/** What kind of trouble a schedule meets; drawn from its seed. */
export interface Scenario {
  readonly shards: number;
  /** Completions of a shard. */
  readonly items: number;
  /** Messages that are handled at the same time. */
  readonly workers: number;
  /** Workers in step reach the same place at the same time; where they are drawn at random they rarely do. */
  readonly pace: 'random' | 'in step';
  /** Turns with faults, before there are none any more. */
  readonly turns: number;
  /** Messages get lost: only the sweep can mend that. */
  readonly lossy: boolean;
  /** Faults may use up all deliveries of a sound message. */
  readonly deadly: boolean;
  readonly cancelled: boolean;
  /** Everything is delivered once more when all is over. */
  readonly repeated: boolean;
  /** Plan must refuse every round, for its price. */
  readonly tooCheap: boolean;
  /** A second round is asked for when the first is over, or before. */
  readonly retry: 'none' | 'after' | 'early';
  /** Message of round 0 that no worker ever manages, such as `generate 0 1`. */
  readonly poison: string | undefined;
}

export function drawScenario(random: Random): Scenario {
  const shards = 1 + random.below(3);
  const stage = random.pick(['generate', 'generate', 'verify', 'verify', 'plan'] as const);
  return {
    shards,
    items: 1 + random.below(3),
    workers: 1 + random.below(4),
    pace: random.pick(['random', 'random', 'in step'] as const),
    turns: random.pick([0, 30, 120, 120].map((most) => random.below(most + 1))),
    lossy: random.chance(0.4),
    deadly: random.chance(0.3),
    cancelled: random.chance(0.15),
    repeated: random.chance(0.3),
    tooCheap: random.chance(0.08),
    retry: random.pick(['none', 'none', 'after', 'early'] as const),
    poison: random.chance(0.3) ? `${stage} 0 ${stage === 'plan' ? 0 : random.below(shards)}` : undefined,
  };
}

/** Whether rounds end without the sweep: every message is delivered until somebody acknowledges it. */
export function endsUnswept({ lossy, retry }: Scenario): boolean {
  return !lossy && retry !== 'early';
}
