/** A variable that commands read. */
export interface Variable {
  readonly name: string;
  readonly says: string;
  /** Where it is not set. */
  readonly otherwise: string;
  /** A page of the guide, by its title and its path from there. */
  readonly see?: readonly [title: string, page: string];
}

/** All variables that a user may set; what processes of ours tell each other is none of them. */
export const environment: readonly Variable[] = [
  { name: 'ONESHOT_HOME', says: 'the workspace, as `--home` does', otherwise: '`.oneshot`' },
  {
    name: 'ONESHOT_AWS',
    says: 'the deployment, as `--aws` does; `ONESHOT_HOME` is then its cache alone',
    otherwise: 'none',
  },
  {
    name: 'ONESHOT_SERVER',
    says: 'the API that results are read from, as `--server` does',
    otherwise: 'none',
  },
  { name: 'ONESHOT_TOKEN', says: 'the token for that API', otherwise: 'none' },
  {
    name: 'ONESHOT_DATA',
    says: 'folder of third-party problem sets and training rows',
    otherwise: '`data` in the folder of `ONESHOT_CACHE`',
    see: ['data', 'data.md'],
  },
  {
    name: 'ONESHOT_PYTHON',
    says: 'the Python that sets up the engine and writes exports to W&B',
    otherwise: '`python3` of the PATH',
  },
  {
    name: 'ONESHOT_CACHE',
    says: 'folder of what can be fetched or built again, whatever the workspace',
    otherwise: '`oneshot-rlvr` in `XDG_CACHE_HOME` or `~/.cache`',
  },
  {
    name: 'ONESHOT_VENV',
    says: "the engine's Python environment",
    otherwise: '`.venv` of a clone, else `venv` in that folder',
  },
  {
    name: 'ONESHOT_MACHINE',
    says: 'a file that describes a machine to plan for, instead of this one',
    otherwise: 'none',
    see: ['on a GPU', 'gpu.md'],
  },
  {
    name: 'ONESHOT_VLLM',
    says: 'the `vllm` program, of version 0.32',
    otherwise: 'what `oneshot vllm install` has put into `ONESHOT_CACHE`',
  },
  {
    name: 'ONESHOT_ALERT_SECRET',
    says: 'what `oneshot train --alert URL` signs with',
    otherwise: 'none: `--alert` is refused',
    see: ['docs/watching.md', '../watching.md#alerts'],
  },
  {
    name: 'ONESHOT_USD_PER_HOUR',
    says: 'what an hour of the machine that trains costs, recorded with each step',
    otherwise: 'no cost is recorded',
    see: ['pages', 'dashboard.md'],
  },
  {
    name: 'ONESHOT_SAMPLER_URL',
    says: 'servers of your own for `--sampler vllm`, with commas between several',
    otherwise: 'the command starts them',
    see: ['docs/vllm-sampler.md', '../vllm-sampler.md'],
  },
  { name: 'ONESHOT_SAMPLER_KEY', says: 'their key', otherwise: 'none' },
  {
    name: 'ONESHOT_PUBLISH',
    says: 'folder through which weights go to a sampler beside the engine',
    otherwise: '`/dev/shm`; for servers of your own, or without room there, the workspace',
  },
  {
    name: 'ONESHOT_REWARD_FOLDERS',
    says: 'folders, a list as `PATH` is, from which the packages of a reward module are found',
    otherwise: "the module's and the current one",
    see: ['own data', 'own-data.md'],
  },
  {
    name: 'ONESHOT_ENDPOINTS',
    says: 'model servers that evaluations may name',
    otherwise: 'none',
    see: ['docs/model-servers.md', '../model-servers.md'],
  },
  {
    name: 'HF_ENDPOINT',
    says: 'the hub that models come from',
    otherwise: '`https://huggingface.co`',
    see: ['models', 'models.md'],
  },
  {
    name: 'HF_TOKEN',
    says: 'a token of the hub, sent to it alone',
    otherwise: 'the file in `HF_TOKEN_PATH`, or `token` in `HF_HOME`',
  },
  {
    name: 'HF_HOME',
    says: 'folder of what Hugging Face tools share',
    otherwise: '`huggingface` in `XDG_CACHE_HOME` or `~/.cache`',
  },
  { name: 'HF_HUB_CACHE', says: 'folder of models of the hub', otherwise: '`hub` in `HF_HOME`' },
  { name: 'HF_HUB_OFFLINE', says: '`1`: the hub is never asked', otherwise: 'ask it' },
  { name: 'NO_COLOR', says: 'anything: no colours', otherwise: 'colours on a terminal' },
  { name: 'FORCE_COLOR', says: '`1`: colours everywhere; `0`: nowhere', otherwise: 'colours on a terminal' },
];
