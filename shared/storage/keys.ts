/**
 * Every object key of the store, made and parsed here only; `docs/architecture.md` tells the layout. Where a key leads to
 * a record, `records.ts` has it together with what lies there; what needs the key alone takes it from here.
 */
import { KnownError } from '../errors.ts';

const pad = (value: number, width: number) => String(value).padStart(width, '0');

export interface RoundRef {
  readonly evaluation: string;
  readonly round: number;
}
/** A shard of a round. */
export interface ShardRef extends RoundRef {
  readonly shard: number;
}
export interface StepRef {
  readonly run: string;
  readonly step: number;
  readonly incarnation: number;
}

/** Milliseconds since 1970, so that later ones sort first. */
const newestFirst = (createdAt: number) => pad(10 ** 14 - 1 - Math.round(createdAt), 14);

const round = (r: RoundRef) => `evaluations/${r.evaluation}/rounds/${pad(r.round, 2)}`;

/** Beginnings of keys, for listings and for who may touch what. */
const prefix = {
  blobs: 'blobs/',
  allStates: 'state/',
  states: (run: string) => `state/${run}/`,
  models: 'models/',
  origins: (model: string) => `models/${model}/origins/`,
  allRounded: 'rounded/',
  /** What was made of a model in less bits. */
  rounded: (model: string) => `rounded/${model}/`,
  roundingClaims: (model: string, rounding: string) => `rounded/${model}/claims/${rounding}/`,
  problemSets: 'problem-sets/',
  recordings: 'recordings/',

  runs: 'runs/',
  run: (run: string) => `runs/${run}/`,
  incarnations: (run: string) => `runs/${run}/incarnations/`,
  journals: (run: string) => `runs/${run}/journals/`,
  allSteps: (run: string) => `runs/${run}/steps/`,
  steps: (run: string, incarnation: number) => `runs/${run}/steps/${pad(incarnation, 4)}/`,
  checkpoints: (run: string) => `runs/${run}/checkpoints/`,
  /** Runs that begin with a checkpoint of this one. */
  forks: (run: string) => `runs/${run}/forks/`,
  /** Checkpoints whose state may be gone. */
  allReleased: (run: string) => `runs/${run}/released/`,
  rescues: (run: string) => `runs/${run}/rescue/`,

  generations: 'generations/',
  generation: (generation: string) => `generations/${generation}/`,
  allParts: (generation: string) => `generations/${generation}/completions/`,
  parts: (generation: string, shard: number) => `generations/${generation}/completions/${pad(shard, 6)}/`,
  allCaches: 'caches/',
  caches: (generation: string) => `caches/${generation}/`,
  evaluations: 'evaluations/',
  evaluation: (evaluation: string) => `evaluations/${evaluation}/`,
  rounds: (evaluation: string) => `evaluations/${evaluation}/rounds/`,
  outcomes: (r: RoundRef) => `${round(r)}/outcomes/`,
  notes: (evaluation: string) => `evaluations/${evaluation}/notes/`,

  pending: 'pending/',
  pendingEvaluations: 'pending/evaluations/',
  pendingRounds: (evaluation: string) => `pending/evaluations/${evaluation}/`,
  pendingCheckpoints: 'pending/checkpoints/',
  pendingRun: (run: string) => `pending/checkpoints/${run}/`,

  index: 'index/',
  evaluationEntries: 'index/evaluations/',
  runEntries: 'index/runs/',
  allGenerationEntries: 'index/generations/',
  generationEntries: (basis: string) => `index/generations/${basis}/`,
  problemSetEntries: (benchmark: string) => `index/problem-sets/${benchmark}/`,

  tokens: 'tokens/',
  revokedTokens: 'tokens/revoked/',
  dead: 'dead/',
  redrivenLetters: 'dead/redriven/',
  telemetry: 'telemetry/',
  stepTelemetries: 'telemetry/runs/',
  shardTelemetries: 'telemetry/evaluations/',
  stepTelemetry: (run: string) => `telemetry/runs/${run}/`,
  shardTelemetry: (evaluation: string) => `telemetry/evaluations/${evaluation}/`,
};

export const keys = {
  prefix,

  blob: (sha256: string) => `blobs/${sha256}`,
  state: (run: string, sha256: string) => `state/${run}/${sha256}`,
  model: (digest: string) => `models/${digest}.json`,
  /** @param id - digest of what it says */
  modelOrigin: (model: string, id: string) => `models/${model}/origins/${id}.json`,
  /** @param rounding - precision and version, as `roundingName` says */
  rounded: (model: string, rounding: string) => `rounded/${model}/${rounding}.json`,
  roundedFile: (model: string, sha256: string) => `rounded/${model}/${sha256}`,
  /** @param n - rises while somebody is at work */
  roundingClaim: (model: string, rounding: string, n: number) =>
    `rounded/${model}/claims/${rounding}/${pad(n, 6)}`,
  problemSet: (digest: string) => `problem-sets/${digest}.jsonl`,
  /** @param sha256 - of the completions */
  recording: (sha256: string) => `recordings/${sha256}.json`,

  run: (run: string) => `runs/${run}/run.json`,
  incarnation: (run: string, incarnation: number) => `runs/${run}/incarnations/${pad(incarnation, 4)}.json`,
  journal: (r: StepRef) => `runs/${r.run}/journals/${pad(r.incarnation, 4)}/${pad(r.step, 6)}.json`,
  step: (r: StepRef) => `runs/${r.run}/steps/${pad(r.incarnation, 4)}/${pad(r.step, 6)}.json`,
  checkpoint: (r: StepRef) => `runs/${r.run}/checkpoints/${pad(r.step, 6)}-${pad(r.incarnation, 4)}.json`,
  /** The run `child` begins with this checkpoint. */
  fork: (r: StepRef, child: string) =>
    `runs/${r.run}/forks/${pad(r.step, 6)}-${pad(r.incarnation, 4)}/${child}.json`,
  released: (r: StepRef) => `runs/${r.run}/released/${pad(r.step, 6)}-${pad(r.incarnation, 4)}.json`,
  rescue: (r: StepRef) => `runs/${r.run}/rescue/${pad(r.step, 6)}-${pad(r.incarnation, 4)}.json`,

  generation: (generation: string) => `generations/${generation}/manifest.json`,
  part: (generation: string, shard: number, part: number) =>
    `generations/${generation}/completions/${pad(shard, 6)}/${pad(part, 3)}`,

  /** @param sha256 - of the keys and values of a completion that is open */
  cache: (generation: string, sha256: string) => `caches/${generation}/${sha256}`,

  evaluationRequest: (evaluation: string) => `evaluations/${evaluation}/request.json`,
  roundManifest: (r: RoundRef) => `${round(r)}/manifest.json`,
  outcome: (r: RoundRef, shard: number) => `${round(r)}/outcomes/${pad(shard, 6)}`,
  summary: (r: RoundRef) => `${round(r)}/summary.json`,
  takenOver: (r: RoundRef) => `${round(r)}/taken-over.json`,
  refused: (r: RoundRef) => `${round(r)}/refused.json`,
  cancelled: (r: RoundRef) => `${round(r)}/cancelled`,
  /** @param note - digest of what it says */
  note: (evaluation: string, note: string) => `evaluations/${evaluation}/notes/${note}.json`,
  /** Whoever wrote the note takes it back. */
  withdrawn: (evaluation: string, note: string) => `evaluations/${evaluation}/notes/${note}.withdrawn`,

  pendingEvaluation: (r: RoundRef) => `pending/evaluations/${r.evaluation}/${pad(r.round, 2)}`,
  pendingCheckpoint: (r: StepRef) =>
    `pending/checkpoints/${r.run}/${pad(r.step, 6)}-${pad(r.incarnation, 4)}`,

  evaluationEntry: (createdAt: number, evaluation: string) =>
    `index/evaluations/${newestFirst(createdAt)}-${evaluation}`,
  /** @param basis - as `generationBasis` gives it */
  generationEntry: (basis: string, evaluation: string) => `index/generations/${basis}/${evaluation}`,
  runEntry: (createdAt: number, run: string) => `index/runs/${newestFirst(createdAt)}-${run}`,
  problemSetEntry: (benchmark: string, createdAt: number, digest: string) =>
    `index/problem-sets/${benchmark}/${newestFirst(createdAt)}-${digest}`,

  /** @param sha256 - of the token's text: the token itself is stored nowhere */
  token: (sha256: string) => `tokens/${sha256}.json`,
  revokedToken: (sha256: string) => `tokens/revoked/${sha256}`,

  /** @param sha256 - of the message's body */
  dead: (sha256: string) => `dead/${sha256}`,
  /** The message was put back on its queue. */
  redriven: (sha256: string) => `dead/redriven/${sha256}`,
  stepTelemetry: (r: StepRef) => `telemetry/runs/${r.run}/${pad(r.incarnation, 4)}/${pad(r.step, 6)}.json`,
  shardTelemetry: (r: RoundRef, shard: number, delivery: string) =>
    `telemetry/evaluations/${r.evaluation}/${pad(r.round, 2)}/${pad(shard, 6)}-${delivery}.json`,
};

/** The digest of a model, as the key of its manifest has it. */
export function parseModel(key: string): string {
  return match(/^models\/([^/]+)\.json$/, key)[1] as string;
}

/** The number of a claim to round a model. */
export function parseRoundingClaim(key: string): number {
  return Number(match(/^rounded\/[^/]+\/claims\/[^/]+\/(\d{6})$/, key)[1]);
}

/** Whether a key below `models/` is that of a manifest; the others say where a model came from. */
export function isModelManifest(key: string): boolean {
  return /^models\/[^/]+\.json$/.test(key);
}

/** The shard that a part of completions belongs to. */
export function parsePart(key: string): number {
  return Number(match(/^generations\/[^/]+\/completions\/(\d{6})\/\d{3}$/, key)[1]);
}

/** The shard number at the end of an outcome key. */
export function parseOutcome(key: string): number {
  return Number(match(/\/outcomes\/(\d{6})$/, key)[1]);
}

/** Numbers of an evaluation's rounds from its keys or their common prefixes. */
export function parseRound(key: string): number {
  return Number(match(/^evaluations\/[^/]+\/rounds\/(\d{2})\//, key)[1]);
}

/** The evaluation of a key or common prefix below `evaluations/`. */
export function parseEvaluation(key: string): string {
  return match(/^evaluations\/([^/]+)\//, key)[1] as string;
}

/** The note of a key below an evaluation's notes, and whether the key says that it was withdrawn. */
export function parseNote(key: string): { readonly note: string; readonly isWithdrawn: boolean } {
  const [, note, ending] = match(/^evaluations\/[^/]+\/notes\/([^/]+)\.(json|withdrawn)$/, key);
  return { note: note as string, isWithdrawn: ending === 'withdrawn' };
}

/** The evaluation that an entry of the listing of evaluations is about. */
export function parseEvaluationEntry(key: string): string {
  return match(/^index\/evaluations\/\d{14}-([^/]+)$/, key)[1] as string;
}

/** The evaluation that an entry below `index/generations/` leads to. */
export function parseGenerationEntry(key: string): string {
  return match(/^index\/generations\/[^/]+\/([^/]+)$/, key)[1] as string;
}

/** The incarnation number of `runs/{run}/incarnations/{e}.json`. */
export function parseIncarnation(key: string): number {
  return Number(match(/\/incarnations\/(\d{4})\.json$/, key)[1]);
}

/** Run, step and incarnation of the key of a journal or of a step. */
export function parseStep(key: string): StepRef {
  const [, run, incarnation, step] = match(
    /^runs\/([^/]+)\/(?:journals|steps)\/(\d{4})\/(\d{6})\.json$/,
    key,
  );
  return { run: run as string, step: Number(step), incarnation: Number(incarnation) };
}

/** The checkpoint that a fork begins with, and the run that does. */
export function parseFork(key: string): StepRef & { readonly child: string } {
  const [, run, step, incarnation, child] = match(
    /^runs\/([^/]+)\/forks\/(\d{6})-(\d{4})\/([^/]+)\.json$/,
    key,
  );
  return {
    run: run as string,
    step: Number(step),
    incarnation: Number(incarnation),
    child: child as string,
  };
}

/** Run, step and incarnation of the key of a checkpoint or rescue, or of a pending marker. */
export function parseCheckpoint(key: string): StepRef {
  const [, run, step, incarnation] = match(
    /^(?:runs|pending\/checkpoints)\/([^/]+)\/(?:(?:checkpoints|rescue)\/)?(\d{6})-(\d{4})(?:\.json)?$/,
    key,
  );
  return { run: run as string, step: Number(step), incarnation: Number(incarnation) };
}

export function isRescue(key: string): boolean {
  return /^runs\/[^/]+\/rescue\//.test(key);
}

/** Whether a key below `pending/` promises an evaluation; the others promise that of a checkpoint. */
export function isPendingEvaluation(key: string): boolean {
  return key.startsWith(prefix.pendingEvaluations);
}

/** Evaluation and round of a pending marker. */
export function parsePendingEvaluation(key: string): RoundRef {
  const [, evaluation, r] = match(/^pending\/evaluations\/([^/]+)\/(\d{2})$/, key);
  return { evaluation: evaluation as string, round: Number(r) };
}

/** The hash of a message that no schema accepted, as its key has it; `undefined` for a mark that it was redriven. */
export function parseDead(key: string): string | undefined {
  return /^dead\/([0-9a-f]{64})$/.exec(key)?.[1];
}

/** The shard whose delivery the telemetry at a key is about. */
export function parseShardTelemetry(key: string): ShardRef {
  const [, evaluation, r, shard] = match(
    /^telemetry\/evaluations\/([^/]+)\/(\d{2})\/(\d{6})-[^/]+\.json$/,
    key,
  );
  return { evaluation: evaluation as string, round: Number(r), shard: Number(shard) };
}

/** The hash of a token that was stored, as its key has it; revoked ones have another. */
export function parseToken(key: string): string {
  return match(/^tokens\/([^/]+)\.json$/, key)[1] as string;
}

function match(pattern: RegExp, key: string): RegExpExecArray {
  const found = pattern.exec(key);
  if (!found) throw new KnownError('key-invalid', `The key ${key} does not have the form ${pattern.source}.`);
  return found;
}
