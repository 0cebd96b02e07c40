/**
 * The evaluation plane as a model: the same steps in the same order as `functions/`, without contents. A completion is a
 * number, a part says how many it holds, an outcome is `scored` or why it failed. Each variant is a known mistake.
 */
import {
  choose,
  get,
  list,
  type ModelMessage,
  overwrite,
  type Program,
  put,
  remove,
  StageFailure,
  send,
} from './steps.ts';

/** Mistakes that the invariants must find. */
export type Variant =
  | 'returns early when the outcome exists'
  | 'lists before it puts'
  | 'counts instead of covering'
  | 'overwrites outcomes'
  | 'lists eventually'
  | 'has no dead-letter consumer'
  | 'skips VerifyShard when completions exist'
  | 'fails a dead generate whose completions are complete'
  | 'trusts its own part when another was stored'
  | 'acknowledges before it finishes'
  | 'refuses a round that was planned'
  | 'looks for an end before it promises';

export interface Protocol {
  readonly shards: number;
  /** Completions of a shard. */
  readonly items: number;
  readonly variant?: Variant | undefined;
}

/** What a promise says whose round would cost more than it allows. */
export const TOO_CHEAP = 'too cheap';

export const key = {
  pending: (round: number) => `pending/${round}`,
  manifest: (round: number) => `${round}/manifest`,
  outcomes: (round: number) => `${round}/outcomes/`,
  outcome: (round: number, shard: number) => `${round}/outcomes/${shard}`,
  summary: (round: number) => `${round}/summary`,
  refused: (round: number) => `${round}/refused`,
  cancelled: (round: number) => `${round}/cancelled`,
  parts: (shard: number) => `parts/${shard}/`,
  part: (shard: number, part: number) => `parts/${shard}/${part}`,
};

/** A round's manifest: for each shard the key of the outcome that counts, and whether it is of this round. */
export type Manifest = readonly { readonly outcome: string; readonly own: boolean }[];

export function* plan({ round }: ModelMessage, p: Protocol): Program {
  const tooEarly = p.variant === 'looks for an end before it promises';
  if (tooEarly && (yield* over(round))) return yield* remove(key.pending(round));
  yield* put(key.pending(round), 'unlimited');
  const promise = yield* get(key.pending(round));
  if (!tooEarly && (yield* over(round))) return yield* remove(key.pending(round));
  if (promise === TOO_CHEAP) {
    yield* put(key.refused(round), 'cost-too-high');
    return yield* remove(key.pending(round));
  }
  const summed = round > 0 && (yield* get(key.summary(round - 1))) !== undefined;
  if (round > 0 && !summed && !(yield* get(key.refused(round - 1)))) return;
  yield* put(key.manifest(round), JSON.stringify(yield* cut(round, summed, p)));
  const done = yield* list(key.outcomes(round));
  const open = (yield* manifestOf(round)).flatMap(({ outcome, own }, shard) =>
    own && !done.includes(outcome) ? [shard] : [],
  );
  const complete = new Set<number>();
  for (const shard of open) if ((yield* made(shard)) >= p.items) complete.add(shard);
  for (const shard of open) yield* send(complete.has(shard) ? 'verify' : 'generate', round, shard);
  if (open.length === 0) yield* send('verify', round, 0);
}

function* over(round: number): Program<boolean> {
  return ((yield* get(key.summary(round))) ?? (yield* get(key.refused(round)))) !== undefined;
}

/** All shards, or in a retry those that failed. */
function* cut(round: number, retry: boolean, { shards }: Protocol): Program<Manifest> {
  const own = Array.from({ length: shards }, (_, shard) => ({
    outcome: key.outcome(round, shard),
    own: true,
  }));
  if (!retry) return own;
  const good: { outcome: string; own: boolean }[] = [];
  for (const [shard, before] of (yield* manifestOf(round - 1)).entries()) {
    const scored = (yield* get(before.outcome)) === 'scored';
    good.push(scored ? { outcome: before.outcome, own: false } : (own[shard] as Manifest[number])); // same shards
  }
  return good;
}

export function* generate({ round, shard }: ModelMessage, p: Protocol): Program {
  if (yield* get(key.cancelled(round))) return yield* fail(round, shard, 'cancelled', p);
  const parts = yield* list(key.parts(shard));
  const before = yield* made(shard);
  if (before >= p.items) {
    if (p.variant !== 'skips VerifyShard when completions exist') yield* send('verify', round, shard);
    return;
  }
  const more = 1 + (yield* choose(p.items - before));
  yield* put(key.part(shard, parts.length), String(more));
  const trusting = p.variant === 'trusts its own part when another was stored';
  const after = trusting ? before + more : yield* made(shard);
  yield* send(after < p.items ? 'generate' : 'verify', round, shard);
}

export function* verify({ round, shard }: ModelMessage, p: Protocol): Program {
  if (yield* get(key.cancelled(round))) return yield* fail(round, shard, 'cancelled', p);
  const entry = (yield* manifestOf(round))[shard];
  if (entry?.own && !(yield* get(entry.outcome))) {
    if ((yield* made(shard)) < p.items) throw new StageFailure('completions-missing');
    yield* settle(round, shard, 'scored', p);
  } else if (p.variant !== 'returns early when the outcome exists') yield* finish(round, p);
}

/** What the dead-letter consumer does with a message that no worker managed to handle. */
export function* bury(message: ModelMessage, p: Protocol): Program {
  const { stage, round, shard } = message;
  if (stage === 'plan') return yield* buryPlan(round, p);
  const complete = stage === 'generate' && (yield* made(shard)) >= p.items;
  if (complete && p.variant !== 'fails a dead generate whose completions are complete') {
    return yield* send('verify', round, shard);
  }
  yield* fail(round, shard, `${stage}-dead`, p);
}

function* buryPlan(round: number, p: Protocol): Program {
  const planned = yield* get(key.manifest(round));
  if (planned && p.variant !== 'refuses a round that was planned') {
    const done = yield* list(key.outcomes(round));
    for (const [shard, { outcome, own }] of (yield* manifestOf(round)).entries()) {
      if (own && !done.includes(outcome)) yield* send('generate', round, shard);
    }
    return yield* finish(round, p);
  }
  yield* put(key.refused(round), 'plan-dead');
  yield* remove(key.pending(round));
}

/** Asks for plan again wherever a promise is open. */
export function* sweep(): Program {
  for (const pending of yield* list('pending/')) {
    yield* send('plan', Number(pending.slice('pending/'.length)), 0);
  }
}

function* fail(round: number, shard: number, reason: string, p: Protocol): Program {
  if ((yield* manifestOf(round))[shard]?.own) return yield* settle(round, shard, reason, p);
  yield* finish(round, p);
}

/** Puts an outcome, then finishes; variants do so the wrong way. */
function* settle(round: number, shard: number, value: string, p: Protocol): Program {
  const seen = p.variant === 'lists before it puts' ? yield* list(key.outcomes(round)) : undefined;
  const outcome = key.outcome(round, shard);
  if (p.variant === 'overwrites outcomes') yield* overwrite(outcome, value);
  else yield* put(outcome, value);
  yield* finish(round, p, seen && [...seen, outcome]);
}

function* finish(round: number, p: Protocol, seen?: readonly string[]): Program {
  const manifest = yield* manifestOf(round);
  const present = seen ?? (yield* list(key.outcomes(round)));
  if (!(yield* complete(round, manifest, present, p))) return;
  if (!(yield* get(key.summary(round)))) {
    const outcomes: (string | undefined)[] = [];
    for (const { outcome } of manifest) outcomes.push(yield* get(outcome));
    yield* put(key.summary(round), JSON.stringify(outcomes.map((value) => value ?? 'nothing')));
  }
  yield* remove(key.pending(round));
}

function* complete(
  round: number,
  manifest: Manifest,
  present: readonly string[],
  { variant }: Protocol,
): Program<boolean> {
  if (variant !== 'counts instead of covering') {
    return manifest.every(({ outcome, own }) => !own || present.includes(outcome));
  }
  // One mark for each delivery: a repeated message counts twice.
  const marks = yield* list(`marks/${round}/`);
  yield* put(`marks/${round}/${String(marks.length).padStart(3, '0')}`, '');
  return marks.length + 1 >= manifest.filter(({ own }) => own).length;
}

function* manifestOf(round: number): Program<Manifest> {
  const manifest = yield* get(key.manifest(round));
  if (manifest === undefined) throw new StageFailure('object-missing');
  return JSON.parse(manifest) as Manifest; // what plan put there
}

/** How many completions of a shard are stored. */
function* made(shard: number): Program<number> {
  let total = 0;
  for (const part of yield* list(key.parts(shard))) total += Number(yield* get(part));
  return total;
}
