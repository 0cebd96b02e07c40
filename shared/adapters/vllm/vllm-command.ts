export interface VllmCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
}

/** How a server is started, whichever model it begins with. */
export interface VllmLaunch {
  /** The `vllm` program. */
  readonly program: string;
  readonly device: 'cuda' | 'cpu';
  /** In which it computes. */
  readonly dtype: 'float32' | 'bfloat16';
  /** Tokens of prompt and completion together, where the model could take more. */
  readonly maxModelLength: number;
  /** Share of the GPU's memory for weights and cache. */
  readonly gpuMemoryShare: number;
  /** Whether it gives its GPU's memory back when it is told to sleep. */
  readonly sleeps: boolean;
  readonly extraArgs: readonly string[];
  /** Until it must be ready. */
  readonly startMs: number;
}

/** What one start of the server depends on besides. */
export interface VllmStart {
  /** Absolute; holds the policy files of the first model. */
  readonly folder: string;
  /** Positions of the model, prompt and completion together. */
  readonly context: number;
  /** Its name on the server: its weights change, the name does not. */
  readonly servedModel: string;
  readonly host: string;
  readonly port: number;
  /** What asks for completions must bring; the development routes are open without it. */
  readonly apiKey?: string | undefined;
  /** The process whose end is the server's. */
  readonly owner: number;
}

/** What `oneshot train` and `oneshot eval` need of vLLM, as a folder of Python modules. */
const EXTENSION_FOLDER = 'shared/adapters/vllm/extension';

/** vLLM wants room for a whole prompt in one batch, since prompts are not cut; see `cpuArgs`. */
const BATCHED_TOKENS = 8192;

/**
 * The command that starts a vLLM 0.32 server whose weights can be replaced. `--generation-config vllm`: the model's own
 * sampling defaults must not count.
 *
 * @param root - the folder of the clone or the package
 */
export function vllmCommand(launch: VllmLaunch, start: VllmStart, root: string): VllmCommand {
  const { program, device, dtype, gpuMemoryShare, sleeps, extraArgs } = launch;
  const length = Math.min(start.context, launch.maxModelLength);
  const onGpu = ['--gpu-memory-utilization', String(gpuMemoryShare)];
  if (sleeps) onGpu.push('--enable-sleep-mode');
  return {
    program,
    args: [
      'serve',
      start.folder,
      ...['--host', start.host, '--port', String(start.port), '--served-model-name', start.servedModel],
      ...['--dtype', dtype, '--max-model-len', String(length), '--seed', '0'],
      ...['--generation-config', 'vllm', '--enable-scale-out', '--logprobs-mode', 'processed_logprobs'],
      ...['--worker-extension-cls', 'vllm_extension.Extension'],
      ...['--weight-transfer-config', '{"backend":"disk"}'],
      ...(device === 'cpu' ? cpuArgs(length) : onGpu),
      ...extraArgs,
    ],
    env: {
      HF_HUB_OFFLINE: '1',
      VLLM_SERVER_DEV_MODE: '1',
      VLLM_NO_USAGE_STATS: '1',
      PYTHONPATH: `${root}/${EXTENSION_FOLDER}`,
      PYTHONSAFEPATH: '1', // its processes look for no module in the current folder
      PYTHONDONTWRITEBYTECODE: '1',
      MODEL_SERVER_OWNER: String(start.owner),
      ...(start.apiKey && { VLLM_API_KEY: start.apiKey }), // not an argument, which every user of the machine may read
      ...(device === 'cpu' ? CPU_ENV : {}),
    },
  };
}

/** A seeded request whose prompt is cut by chunked prefill ends the engine of a CPU build. */
function cpuArgs(length: number): readonly string[] {
  const tokens = String(Math.max(BATCHED_TOKENS, length));
  return ['--enforce-eager', '--no-enable-chunked-prefill', '--max-num-batched-tokens', tokens];
}

/** No compiler is needed, and fewer processes start. */
const CPU_ENV = {
  VLLM_CPU_KVCACHE_SPACE: '1',
  VLLM_ENABLE_V1_MULTIPROCESSING: '0',
  TORCH_COMPILE_DISABLE: '1',
};
