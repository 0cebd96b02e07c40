import type { VllmSettings } from './vllm-settings.ts';

export interface VllmCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
}

/** What one start of the server depends on besides the settings. */
export interface VllmStart {
  /** Absolute; holds the policy files of the first model. */
  readonly folder: string;
  /** Positions of the model, prompt and completion together. */
  readonly context: number;
  /** Its name on the server: its weights change, the name does not. */
  readonly servedModel: string;
  readonly host: string;
  readonly port: number;
  /** Where `vllm_extension.py` lies. */
  readonly extensionFolder: string;
  /** The process whose end is the server's. */
  readonly owner: number;
}

/** vLLM wants room for a whole prompt in one batch, since prompts are not cut; see `CPU_ARGS`. */
const BATCHED_TOKENS = 8192;

/**
 * The command that starts a vLLM 0.32 server whose weights can be replaced, in fp32. `--generation-config vllm`: the
 * model's own sampling defaults must not count.
 */
export function vllmCommand(settings: VllmSettings, start: VllmStart): VllmCommand {
  const { program, device, gpuMemoryShare, sharesGpu, extraArgs } = settings;
  const length = Math.min(start.context, settings.maxModelLength);
  const onGpu = ['--gpu-memory-utilization', String(gpuMemoryShare)];
  if (sharesGpu) onGpu.push('--enable-sleep-mode');
  return {
    program,
    args: [
      'serve',
      start.folder,
      ...['--host', start.host, '--port', String(start.port), '--served-model-name', start.servedModel],
      ...['--dtype', 'float32', '--max-model-len', String(length), '--seed', '0'],
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
      PYTHONPATH: start.extensionFolder,
      PYTHONSAFEPATH: '1', // its processes look for no module in the current folder
      PYTHONDONTWRITEBYTECODE: '1',
      MODEL_SERVER_OWNER: String(start.owner),
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
