import type { Settings } from './settings.ts';

/** Deliveries of a message before it counts as dead. */
export const MAX_RECEIVES = 4;
/** Visibility of a queue over the time limit of its function, or SQS hands out work that is still running. */
export const VISIBILITY_PER_TIMEOUT = 6;
/** Time between two sweeps. */
export const SWEEP_MINUTES = { aws: 5, emulator: 1 } as const;

/** Limits of one function. */
export interface FunctionLimits {
  readonly timeoutSeconds: number;
  readonly memoryMib: number;
  /** Size of `/tmp`; 512 costs nothing. */
  readonly diskMib?: number;
}

/** Limits of a function behind a queue. */
export interface StageLimits extends FunctionLimits {
  /** Messages in one invocation, at most. */
  readonly batchSize: number;
  /** Environments at the same time, at most. */
  readonly maxConcurrency: number;
}

/** Of the one that has models on its disk. */
export interface GenerateLimits extends StageLimits {
  readonly diskMib: number;
}

export interface Limits {
  readonly plan: StageLimits;
  readonly generate: GenerateLimits;
  readonly verify: StageLimits;
  readonly 'dead-letter': StageLimits;
  readonly sweep: FunctionLimits;
  readonly api: FunctionLimits;
}

/** Where the settings say nothing else. Memory also buys processors: 1,769 MiB for one. New accounts get 3,008 MiB at most. */
const ON_AWS: Limits = {
  plan: { timeoutSeconds: 120, memoryMib: 1024, batchSize: 1, maxConcurrency: 5 },
  generate: { timeoutSeconds: 300, memoryMib: 3008, diskMib: 2048, batchSize: 1, maxConcurrency: 50 },
  verify: { timeoutSeconds: 120, memoryMib: 1769, batchSize: 10, maxConcurrency: 10 },
  'dead-letter': { timeoutSeconds: 60, memoryMib: 1024, batchSize: 10, maxConcurrency: 2 },
  sweep: { timeoutSeconds: 120, memoryMib: 512 },
  api: { timeoutSeconds: 29, memoryMib: 1769 },
};

/** Time limits short enough for tests; few environments, since each is a process of this machine. */
const ON_EMULATOR: Limits = {
  plan: { ...ON_AWS.plan, timeoutSeconds: 30, maxConcurrency: 2 },
  generate: { ...ON_AWS.generate, timeoutSeconds: 60, maxConcurrency: 2 },
  verify: { ...ON_AWS.verify, timeoutSeconds: 30, maxConcurrency: 2 },
  'dead-letter': { ...ON_AWS['dead-letter'], timeoutSeconds: 10 },
  sweep: { ...ON_AWS.sweep, timeoutSeconds: 20 },
  api: ON_AWS.api,
};

export function limitsOf(settings: Settings): Limits {
  const { generate, ...others } = settings.target === 'aws' ? ON_AWS : ON_EMULATOR;
  return {
    ...others,
    generate: {
      ...generate,
      timeoutSeconds: settings.generateTimeoutSeconds ?? generate.timeoutSeconds,
      memoryMib: settings.generateMemoryMib ?? generate.memoryMib,
      diskMib: settings.generateDiskMib ?? generate.diskMib,
      maxConcurrency: settings.generateConcurrency ?? generate.maxConcurrency,
    },
  };
}

/** Of a generate environment's disk, what models may take: some room is for whatever else lies in `/tmp`. */
export function modelCacheBytes({ diskMib }: Pick<GenerateLimits, 'diskMib'>): number {
  return (diskMib - 512) * 2 ** 20;
}
