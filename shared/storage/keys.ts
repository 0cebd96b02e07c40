/** Every object key of the store, made and parsed here only. The layout is told in `docs/architecture.md`. */
import { KnownError } from '../errors.ts';

const pad = (value: number, width: number) => String(value).padStart(width, '0');

export interface RoundRef {
  readonly evaluation: string;
  readonly round: number;
}
export interface StepRef {
  readonly run: string;
  readonly step: number;
  readonly incarnation: number;
}

/** Milliseconds since 1970, so that later ones sort first. */
const newestFirst = (createdAt: number) => pad(10 ** 14 - 1 - Math.round(createdAt), 14);

const round = (r: RoundRef) => `evaluations/${r.evaluation}/rounds/${pad(r.round, 2)}`;

export const keys = {
  blob: (sha256: string) => `blobs/${sha256}`,
  states: (run: string) => `state/${run}/`,
  state: (run: string, sha256: string) => `state/${run}/${sha256}`,
  model: (digest: string) => `models/${digest}.json`,
  problemSet: (digest: string) => `problem-sets/${digest}.jsonl`,

  runs: 'runs/',
  run: (run: string) => `runs/${run}/run.json`,
  incarnations: (run: string) => `runs/${run}/incarnations/`,
  incarnation: (run: string, incarnation: number) => `runs/${run}/incarnations/${pad(incarnation, 4)}.json`,
  journals: (run: string) => `runs/${run}/journals/`,
  journal: (r: StepRef) => `runs/${r.run}/journals/${pad(r.incarnation, 4)}/${pad(r.step, 6)}.json`,
  allSteps: (run: string) => `runs/${run}/steps/`,
  steps: (run: string, incarnation: number) => `runs/${run}/steps/${pad(incarnation, 4)}/`,
  step: (r: StepRef) => `runs/${r.run}/steps/${pad(r.incarnation, 4)}/${pad(r.step, 6)}.json`,
  checkpoints: (run: string) => `runs/${run}/checkpoints/`,
  checkpoint: (r: StepRef) => `runs/${r.run}/checkpoints/${pad(r.step, 6)}-${pad(r.incarnation, 4)}.json`,
  /** Runs that begin with a checkpoint of this one. */
  forks: (run: string) => `runs/${run}/forks/`,
  fork: (r: StepRef, child: string) =>
    `runs/${r.run}/forks/${pad(r.step, 6)}-${pad(r.incarnation, 4)}/${child}.json`,
  /** Checkpoints whose state may be gone. */
  allReleased: (run: string) => `runs/${run}/released/`,
  released: (r: StepRef) => `runs/${r.run}/released/${pad(r.step, 6)}-${pad(r.incarnation, 4)}.json`,
  rescues: (run: string) => `runs/${run}/rescue/`,
  rescue: (r: StepRef) => `runs/${r.run}/rescue/${pad(r.step, 6)}-${pad(r.incarnation, 4)}.json`,

  generation: (generation: string) => `generations/${generation}/manifest.json`,
  parts: (generation: string, shard: number) => `generations/${generation}/completions/${pad(shard, 6)}/`,
  part: (generation: string, shard: number, part: number) =>
    `generations/${generation}/completions/${pad(shard, 6)}/${pad(part, 3)}`,

  evaluationRequest: (evaluation: string) => `evaluations/${evaluation}/request.json`,
  roundManifest: (r: RoundRef) => `${round(r)}/manifest.json`,
  outcomes: (r: RoundRef) => `${round(r)}/outcomes/`,
  outcome: (r: RoundRef, shard: number) => `${round(r)}/outcomes/${pad(shard, 6)}`,
  summary: (r: RoundRef) => `${round(r)}/summary.json`,
  refused: (r: RoundRef) => `${round(r)}/refused.json`,
  cancelled: (r: RoundRef) => `${round(r)}/cancelled`,
  rounds: (evaluation: string) => `evaluations/${evaluation}/rounds/`,

  pending: 'pending/',
  pendingRounds: (evaluation: string) => `pending/evaluations/${evaluation}/`,
  pendingEvaluation: (r: RoundRef) => `pending/evaluations/${r.evaluation}/${pad(r.round, 2)}`,
  pendingCheckpoint: (r: StepRef) =>
    `pending/checkpoints/${r.run}/${pad(r.step, 6)}-${pad(r.incarnation, 4)}`,

  evaluationEntries: 'index/evaluations/',
  evaluationEntry: (createdAt: number, evaluation: string) =>
    `index/evaluations/${newestFirst(createdAt)}-${evaluation}`,
  runEntries: 'index/runs/',
  runEntry: (createdAt: number, run: string) => `index/runs/${newestFirst(createdAt)}-${run}`,

  problemSetEntries: (benchmark: string) => `index/problem-sets/${benchmark}/`,
  problemSetEntry: (benchmark: string, createdAt: number, digest: string) =>
    `index/problem-sets/${benchmark}/${newestFirst(createdAt)}-${digest}`,

  /** @param sha256 - of the token's text: the token itself is stored nowhere */
  token: (sha256: string) => `tokens/${sha256}.json`,
  tokens: 'tokens/',
  revokedToken: (sha256: string) => `tokens/revoked/${sha256}`,

  dead: (sha256: string) => `dead/${sha256}`,
  stepTelemetries: 'telemetry/runs/',
  stepTelemetry: (r: StepRef) => `telemetry/runs/${r.run}/${pad(r.incarnation, 4)}/${pad(r.step, 6)}.json`,
  shardTelemetries: 'telemetry/evaluations/',
  shardTelemetry: (r: RoundRef, shard: number, delivery: string) =>
    `telemetry/evaluations/${r.evaluation}/${pad(r.round, 2)}/${pad(shard, 6)}-${delivery}.json`,
};

/** The shard number at the end of an outcome key. */
export function parseOutcome(key: string): number {
  return Number(match(/\/outcomes\/(\d{6})$/, key)[1]);
}

/** Numbers of an evaluation's rounds from its keys or their common prefixes. */
export function parseRound(key: string): number {
  return Number(match(/^evaluations\/[^/]+\/rounds\/(\d{2})\//, key)[1]);
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

/** Evaluation and round of a pending marker. */
export function parsePendingEvaluation(key: string): RoundRef {
  const [, evaluation, r] = match(/^pending\/evaluations\/([^/]+)\/(\d{2})$/, key);
  return { evaluation: evaluation as string, round: Number(r) };
}

function match(pattern: RegExp, key: string): RegExpExecArray {
  const found = pattern.exec(key);
  if (!found) throw new KnownError('key-invalid', `The key ${key} does not have the form ${pattern.source}.`);
  return found;
}
