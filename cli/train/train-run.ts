import { delimiter, join } from 'node:path';
import type { Place } from '#shared/adapters/open-place.ts';
import { type AlertEvent, DriverEvent, type DriverMessage, type Lent } from '#shared/driver-events.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Refused } from '#shared/records/evaluations.ts';
import type { Metrics } from '#shared/records/runs.ts';
import type { Summary } from '#shared/records/summary.ts';
import { followRun, type TrainedRun } from '../evaluate/follow-run.ts';
import { packageRoot } from '../package/package-root.ts';
import { type ChildProcess, startChild } from '../processes/child-process.ts';
import { type Runner, startRunner } from '../processes/start-runner.ts';
import { reportPorts } from '../report/report-ports.ts';
import type { Servers } from '../vllm/start-servers.ts';
import type { AlertWebhook } from './alert-webhook.ts';
import { watchStalled } from './watch-stalled.ts';

export interface TrainObserver {
  /** One of the processes behind the run has started. */
  onProcess(name: 'runner' | 'driver' | 'engine', pid: number): void;
  /** What the run samples from: rows, and examples that were left out of it by reason. */
  onTrainingSet(rows: number, dropped: Readonly<Record<string, number>>): void;
  onStart(step: number, steps: number): void;
  /** Something that may take long begins: a phase of the driver, or `scoring`, when nothing but that is left. */
  onPhase(phase: string): void;
  /** How much of the phase is done, in parts of its own. */
  onPhaseProgress(done: number, total: number): void;
  /** @param lent - what it gave to the scoring of checkpoints, if anything */
  onStep(step: number, metrics: Metrics, lent: Lent | undefined): void;
  /** A checkpoint has its scores. */
  onScores(step: number, summary: Summary): void;
  /** A checkpoint will have none until somebody asks again. */
  onRefused(step: number, refused: Refused): void;
  /** The run's steps, or scores that do not come, give reason to tell something. */
  onAlert(alert: AlertEvent): void;
  onProblem(entry: LogEntry): void;
}

/**
 * When checkpoints are scored. `between-steps`: as each is written, by workers beside training. `after`: by the same
 * workers, once training has ended. `elsewhere`: by others who read the same queues, such as a deployment.
 */
export type EvaluationPolicy = 'between-steps' | 'after' | 'elsewhere';

export interface TrainOptions {
  /** Interpreter with the engine's packages. */
  readonly python: string;
  readonly inexact: boolean;
  readonly rewind?: boolean;
  readonly resample?: boolean;
  /** File that describes the deployment whose store and queues the driver uses. */
  readonly aws?: string | undefined;
  readonly evaluate: EvaluationPolicy;
  /** Whether the command goes on until every checkpoint has its scores; `after` always does. */
  readonly wait: boolean;
  /** Workers of the local runner, and computing threads of each. */
  readonly workers: number;
  readonly threads: number;
  /** Model servers of the run's own, which end with it. */
  readonly servers?: Servers | undefined;
  /** Who else is told of alerts. */
  readonly webhook?: Pick<AlertWebhook, 'send'> | undefined;
  /** Where packages of reward modules are looked for first. */
  readonly rewardFolders: readonly string[];
}

/**
 * Trains a run of the workspace to its end. A runner evaluates its checkpoints meanwhile or afterwards, as the policy has
 * it; what it has not done when nobody waits any more stays asked for. Both are processes of their own. A runner that dies
 * is started again, three times in a row; when the driver dies, the runner is ended and the error says to run again.
 */
export async function trainRun(
  { home, store }: Place,
  run: string,
  observer: TrainObserver,
  options: TrainOptions,
): Promise<TrainedRun> {
  const { evaluate, workers, threads, servers } = options;
  let runner: Runner | undefined;
  let giveUp: (error: unknown) => void = () => {};
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const startScoring = () => {
    const onStart = (pid: number) => observer.onProcess('runner', pid);
    const onProblem = (entry: LogEntry) => observer.onProblem(entry);
    const onComputed = (cpuSeconds: number) =>
      driver.tell({ event: 'scoring-computed', cpuSeconds } satisfies DriverMessage);
    const settings = { home, workers, threads, env: servers?.runnerEnv };
    runner = startRunner(settings, { onStart, onProblem, onComputed });
    runner.failure().catch(giveUp);
  };
  servers?.failure().catch(giveUp);
  if (evaluate === 'between-steps') startScoring();
  const driver = startDriver(home, run, observer, options);
  const over = new AbortController();
  const { signal } = over;
  // Whoever scores when training is over has asked nobody to do it before.
  const watching =
    evaluate === 'after'
      ? undefined
      : watchStalled(run, reportPorts(store), (alert) => tellAlert(alert, observer, options), { signal });
  let trained = false;
  try {
    const training = driver.done.then(() => {
      trained = true;
      if (evaluate === 'after') startScoring();
    });
    const following = followRun(store, run, observer, {
      isTrained: () => trained,
      waits: options.wait || evaluate === 'after',
      signal,
    });
    return await Promise.race([Promise.all([following, training]).then(([result]) => result), givenUp]);
  } finally {
    over.abort();
    await Promise.allSettled([driver.stop(), runner?.stop(), watching]);
    await servers?.stop();
  }
}

function startDriver(
  home: string,
  run: string,
  observer: TrainObserver,
  { python, inexact, rewind = false, resample = false, aws, servers, webhook, rewardFolders }: TrainOptions,
): ChildProcess {
  const engine = join(packageRoot, 'trainer/engine');
  const consent = { inexact: `${inexact}`, rewind: `${rewind}`, resample: `${resample}` };
  const folders = [...rewardFolders, process.env['ONESHOT_REWARD_FOLDERS']].filter(Boolean).join(delimiter);
  const driver = startChild(
    'driver',
    { home, run, python, engine, ...consent, ...(aws && { aws }) },
    (entry) => relay(entry, observer, webhook),
    { ...servers?.driverEnv, ONESHOT_REWARD_FOLDERS: folders },
  );
  observer.onProcess('driver', driver.pid);
  return driver;
}

/** Tells the observer what a line of the driver says; one that says nothing known is a problem, and told as it is. */
export function relay(
  entry: LogEntry,
  observer: Omit<TrainObserver, 'onScores' | 'onRefused'>,
  webhook?: Pick<AlertWebhook, 'send'>,
): void {
  const { data: event } = DriverEvent.safeParse(entry);
  switch (event?.event) {
    case 'run-started':
      observer.onStart(event.step, event.steps);
      break;
    case 'training-set':
      observer.onTrainingSet(event.rows, event.dropped);
      break;
    case 'phase':
      observer.onPhase(event.phase);
      break;
    case 'phase-progress':
      observer.onPhaseProgress(event.done, event.total);
      break;
    case 'engine-started':
      observer.onProcess('engine', event.pid);
      break;
    case 'step':
      observer.onStep(event.step, event.metrics, event.lent);
      break;
    case 'alert':
      tellAlert(event, observer, { webhook });
      break;
    case 'run-failed': // the error that ends the command
    case 'checkpoint':
    case 'smaller-passes':
    case 'run-finished':
      break;
    default:
      observer.onProblem(entry);
  }
}

function tellAlert(
  alert: AlertEvent,
  observer: Pick<TrainObserver, 'onAlert'>,
  { webhook }: Pick<TrainOptions, 'webhook'>,
): void {
  observer.onAlert(alert);
  webhook?.send(alert);
}
