/**
 * Which folder may import which, all in one place. A folder that is not listed may import nothing and be imported by
 * nothing: who adds a room says where it belongs.
 */

/** What a top folder may import beside itself. */
export interface TopFolder {
  readonly values: readonly string[];
  /** Types only, so that synthesis never runs a handler. */
  readonly types?: readonly string[];
}

export const topFolders: Readonly<Record<string, TopFolder>> = {
  shared: { values: [] },
  functions: { values: ['shared'] },
  trainer: { values: ['shared'] },
  cli: { values: ['functions', 'trainer', 'shared'] },
  scripts: { values: ['cli', 'functions', 'shared'] },
  cdk: { values: ['scripts', 'shared'], types: ['functions', 'trainer'] },
  bench: { values: ['scripts', 'cli', 'functions', 'trainer', 'shared'] },
  examples: { values: ['cli', 'functions', 'trainer', 'shared'] },
  test: { values: ['examples', 'bench', 'cdk', 'scripts', 'cli', 'functions', 'trainer', 'shared'] },
};

/** The loose files of a folder that its floors do not name. */
export const LOOSE = '*';

/**
 * The floors of a folder, from the top: what lies on one may import what lies below it, and neither its neighbours nor
 * what lies above. Entries are folders or files inside the folder; the longest that fits counts.
 */
export const floors: Readonly<Record<string, readonly (readonly string[])[]>> = {
  shared: [
    ['verifier/verify.ts'], // the verifier with its adapters
    ['adapters'],
    ['inference', 'benchmarks', 'messaging', 'comparison', 'alerts'],
    ['adapters/disk'], // what any edge knows of files
    ['metrics', 'storage', 'verifier'],
    ['sampling'],
    ['ports'],
    ['verifier/node'], // the numbers and values that ports speak of
    ['driver-events.ts', 'runner-events.ts'],
    ['log-entry.ts'],
    ['encoding'],
    [LOOSE],
    ['records', 'error-codes', 'alerts/alert-rules.ts'],
  ],
  'shared/adapters': [
    [LOOSE],
    ['hub'],
    ['aws', 'local', 'http-model', 'vllm', 'download'],
    ['disk', 'http', 'process', 'decimal', 'units'],
  ],
  'shared/verifier': [
    ['verify.ts'],
    ['create-verifier.ts'],
    [LOOSE],
    ['judge', 'paper'],
    ['extract', 'math'],
    ['read'],
    ['units'],
    ['node'],
    ['fuel.ts', 'verification.ts', 'verifier-version.ts'],
  ],
  functions: [
    ['local', 'container'], // hosts of several stages
    ['plan', 'generate', 'verify', 'dead-letter', 'sweep', 'api'],
    ['dashboard'],
    ['results'],
    ['http'],
    ['stage', 'round', 'admission', 'tokens', 'client'],
  ],
  'functions/dashboard': [
    ['app.ts'],
    ['action-routes.ts', 'page-routes.ts', 'warm-pages.ts'],
    ['pages.ts', 'access'],
    ['compare', 'samples', 'audit'],
    ['run', 'runs', 'step', 'evaluations', 'evaluation', 'sample', 'operations', 'paper'],
    ['charts', 'shell'],
    ['assets', 'text'],
    [LOOSE], // what pages stand on, and what markup is
  ],
  'functions/generate': [
    [LOOSE],
    ['model-server'],
    ['endpoint'],
    ['policy'],
    ['sampler.ts', 'ask-or-reason.ts'],
  ],
  cli: [
    ['main.ts'],
    ['program.ts'],
    ['commands'],
    ['options.ts', 'option-values.ts'],
    ['demo'],
    ['train'],
    [
      'completions',
      'doctor',
      'evaluate',
      'export',
      'generate',
      'lists',
      'logs',
      'removal',
      'samples',
      'serve',
      'shell-completion',
      'tokens',
      'verify',
    ],
    ['compare'],
    ['plan', 'workers'],
    ['machine'],
    ['models', 'results', 'vllm'],
    ['bootstrap', 'processes', 'push', 'report', 'rewards'],
    ['data', 'help', 'named'],
    ['decoder', 'gpus', 'package', 'terminal'],
  ],
  cdk: [
    ['app.ts'],
    ['build-app.ts'],
    ['evaluation', 'trainer', 'workers'],
    ['spot'],
    ['watching'],
    ['functions'],
    [LOOSE],
  ],
  trainer: [
    ['main.ts'],
    ['driver', 'microcosm'],
    ['loop.ts'],
    ['update', 'samplers'],
    ['metrics', 'advantages', 'journal'],
    ['rollouts'],
    ['recipes', 'rewards'],
    ['data', 'resume'],
    ['settings', 'telemetry', 'engine-client'],
  ],
};
