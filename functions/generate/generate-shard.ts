/**
 * Makes completions.
 *
 * `generate-shard.ts` makes what a shard still lacks and stores it as the shard's next part; `shard-turn.ts` is what it takes
 * over from the part before and hands over in this one, `stored-cache.ts` keys and values that go with it (`storing-speed.ts`: how
 * fast they do), `turn-clock.ts` the time it has. `sampler.ts` says what a sampler is and `sampler-of.ts` picks one by the kind of the generator: `policy/` decodes in this process, `endpoint/` asks a model
 * server that is there, `model-server/` starts and loads one itself, `recorded-sampler.ts` takes what was made elsewhere.
 */
import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError } from '#shared/errors.ts';
import { itemName } from '#shared/items.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { GenerateShard } from '#shared/messaging/messages.ts';
import type { Send } from '#shared/messaging/send.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Made } from '#shared/ports/generator.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Completion, GenerationSpec, Item, OpenCompletion } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import type { TurnTelemetry } from '#shared/records/telemetry.ts';
import { encodePart, missingItems, openCompletions, readParts } from '#shared/storage/completion-part.ts';
import { keys } from '#shared/storage/keys.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { record } from '#shared/storage/records.ts';
import { readRemembered } from '#shared/storage/remembered.ts';
import { endIfCancelled } from '../round/end-if-cancelled.ts';
import { failShard } from '../round/fail-shard.ts';
import { answerable, isUnanswered } from './ask-or-reason.ts';
import { decoderName } from './decoder-name.ts';
import type { Answer, LoadKind, MakeSampler, Sampler } from './sampler.ts';
import { ShardTurn } from './shard-turn.ts';
import type { StoringSpeed } from './storing-speed.ts';
import type { TakeTurn } from './take-turns.ts';
import { turnClock } from './turn-clock.ts';

export interface GeneratePorts {
  readonly store: ObjectStore;
  readonly send: Send;
  readonly sampler: MakeSampler;
  /**
   * A worker has one model at a time, and makes shards side by side only if they share a decoder, the others while the next one is
   * read. A shard that is delivered twice at once finds its completions when its turn comes.
   */
  readonly takeTurn: TakeTurn;
  /** Until the host ends this worker; infinite where nobody does. */
  readonly remainingMs: () => number;
  /** Told of each turn once its completions are asked of the sampler. */
  readonly onAsked?: (sampler: Sampler) => void;
  /** Told often what there is of a shard, for whoever waits. */
  readonly onMade?: (shard: GenerateShard, made: Made) => void;
  /** Of this worker, from turn to turn. */
  readonly speed: StoringSpeed;
  /** Told what each turn came to, and of keys and values that it did without. */
  readonly log?: (entry: LogEntry) => void;
}

/**
 * Makes the completions that a shard still lacks and stores them as its next part. A worker near its time limit stores what it
 * has, completions without an end included, and sends the rest on; when none is missing, the verdicts are asked for. A shard
 * whose model cannot be computed fails with that reason.
 *
 * @returns what the turn came to, where there was one
 */
export async function generateShard(
  message: GenerateShard,
  ports: GeneratePorts,
): Promise<TurnTelemetry | undefined> {
  const { store, send } = ports;
  if (await endIfCancelled(message, store)) return undefined;
  const asked = await readAsked(message, store);
  let turn: TurnTelemetry | undefined;
  const onTurn = (facts: TurnTelemetry) => {
    turn = facts;
    const { evaluation, shard } = message;
    ports.log?.({ level: 'info', event: 'turn-ended', evaluation, shard, ...facts });
  };
  try {
    const { missing } = await stateOf(asked, store);
    const turnOfShard = { name: `${asked.generation}/${message.shard}`, company: decoderName(asked.spec) };
    const make = () => makePart(asked, { ...ports, onTurn });
    const left = missing.length === 0 ? 0 : await ports.takeTurn(turnOfShard, make);
    // Sent even if the completions were there before: their first VerifyShard may have been lost.
    await send(left > 0 ? message : { ...message, type: 'verify-shard' });
  } catch (error) {
    // What lies in the model itself would end in the same way again.
    if (!(error instanceof KnownError && hasRole(error.code, 'unfit-model'))) throw error;
    await failShard(message, error.code, store);
  }
  return turn;
}

interface TurnPorts extends GeneratePorts {
  readonly onTurn: (facts: TurnTelemetry) => void;
}

/** What is asked of a shard. */
interface Asked {
  readonly message: GenerateShard;
  readonly generation: string;
  readonly spec: GenerationSpec;
  readonly items: readonly Item[];
  readonly problems: ReadonlyMap<string, Problem>;
}

async function readAsked(message: GenerateShard, store: ObjectStore): Promise<Asked> {
  const { shards, generation } = await readRemembered(store, record.roundManifest(message));
  const request = await readRemembered(store, record.evaluationRequest(message.evaluation));
  const problems = await readProblemsById(store, request);
  const items = shards[message.shard]?.items ?? [];
  return { message, generation, spec: request.generation, items, problems };
}

/** What is stored of a shard, and what it lacks. */
async function stateOf({ message, generation, items }: Asked, store: ObjectStore) {
  const parts = await readParts(store, generation, message.shard);
  return { parts, missing: missingItems(items, parts) };
}

/** Stores the next part of a shard, if it lacks anything. @returns how many completions are still missing */
async function makePart(asked: Asked, ports: TurnPorts): Promise<number> {
  const { store } = ports;
  const { generation } = asked;
  const { shard } = asked.message;
  const { parts, missing } = await stateOf(asked, store);
  if (missing.length === 0) return 0;
  const part = parts.length;
  const begun = openCompletions(parts);
  // What was begun goes on first.
  const [going = [], fresh = []] = [true, false].map((isBegun) =>
    missing.filter((item) => begun.has(itemName(item)) === isBegun),
  );
  const { policy, answers, open } = await takeTurn({ ...asked, items: [...going, ...fresh] }, begun, ports);
  const header = { schemaVersion: 1 as const, generation, shard, part, policy };
  const body = encodePart({
    header,
    completions: answerable<Completion>(answers),
    unanswered: answers.filter(isUnanswered),
    open,
  });
  if ((await store.putOnce(keys.part(generation, shard, part), body)) === 'created') {
    return missing.length - answers.length;
  }
  // Another worker stored this part first, perhaps with fewer: what is stored is what counts.
  return missingItems(missing, await readParts(store, generation, shard)).length;
}

/**
 * Loads the model, makes what there is time for, and tells what that came to.
 *
 * @param begun - where earlier turns left items, by their names
 */
async function takeTurn(
  { message, generation, spec, items, problems }: Asked,
  begun: ReadonlyMap<string, OpenCompletion>,
  ports: TurnPorts,
) {
  const { store, remainingMs, speed, onTurn } = ports;
  const { onMade = () => {}, onAsked = () => {}, log = () => {} } = ports;
  const startMs = remainingMs();
  const start = performance.now();
  const loading: Record<LoadKind, number> = { wait: 0, fetch: 0, round: 0, open: 0 };
  const sampler = await ports.sampler(spec, (kind, seconds) => {
    loading[kind] += seconds;
  });
  const loaded = performance.now();
  const isLate = remainingMs() < startMs / 2;
  const clock = turnClock(remainingMs, speed.msToStore);
  const turn = new ShardTurn(begun, { store, generation, clock, speed, log });
  const tell = (made: Made) => onMade(message, made);
  const answering = completeInTime(items, problems, sampler, turn, tell);
  onAsked(sampler);
  const answers = await answering;
  const make = (performance.now() - loaded) / 1000 - turn.seconds.store;
  onTurn({
    completions: answers.length,
    handedOver: turn.open.length,
    tokens: { ended: tokensOf(answers), gained: turn.gained, again: turn.again },
    caches: turn.caches,
    seconds: { load: (loaded - start) / 1000, ...loading, make, ...turn.seconds },
    peakBytes: 1024 * process.resourceUsage().maxRSS,
  });
  if (answers.length === 0 && !turn.isGaining) throw isLate ? lateStart() : turnTooShort(turn);
  return { policy: sampler.policy, answers, open: turn.open };
}

/** All of them, or as many as the time allows; of a sampler that works in batches one batch at least. */
async function completeInTime(
  items: readonly Item[],
  problems: ReadonlyMap<string, Problem>,
  { batch, complete }: Sampler,
  { begun, goesOn, onOpen, onRun }: ShardTurn,
  onMade: (made: Made) => void,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < items.length; start += batch) {
    if (start > 0 && !goesOn(0)) break;
    const tokens = tokensOf(answers);
    const made = await complete(items.slice(start, start + batch), problems, {
      ...{ begun, goesOn, onOpen, onRun },
      onMade: (more) => onMade({ completions: start + more.completions, tokens: tokens + more.tokens }),
    });
    answers.push(...made.filter((answer) => answer !== undefined));
  }
  return answers;
}

function tokensOf(answers: readonly Answer[]): number {
  return sum(answers.map((answer) => (isUnanswered(answer) ? 0 : answer.tokens)));
}

/** Of a shard that would be handed over for ever. */
function turnTooShort({ again, gained }: ShardTurn): KnownError {
  return new KnownError(
    'turn-too-short',
    `In its time a worker made ${gained} tokens of completions that it could not end, and ran ${again} again that were there. ` +
      'Give the generate function more time or memory, or ask for fewer tokens or a precision of fewer bits.',
  );
}

function lateStart(): KnownError {
  return new KnownError(
    'turn-taken-by-loading',
    "Loading the model took more than half of a worker's time, and the rest was not enough for a token.",
  );
}
