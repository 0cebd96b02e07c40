import { visibleGpus } from '../gpus/visible-gpus.ts';
import { Progress } from '../terminal/progress.ts';
import { installVllm } from './install-vllm.ts';

export interface VllmInstallOptions {
  readonly cpu: boolean;
  readonly cuda: boolean;
  readonly json: boolean;
}

/** `oneshot vllm install`: the build for the machine's GPUs, else the one for its CPU, unless one is named. */
export async function vllmInstall({ cpu, cuda, json }: VllmInstallOptions): Promise<void> {
  const progress = new Progress(process.stderr, json);
  const build = cuda || (!cpu && (await visibleGpus(process.env)).length > 0) ? 'cuda' : 'cpu';
  const program = await installVllm(process.env, build, (line) =>
    progress.show({ phase: line.replace(/ .*/, ''), text: `vllm: ${line}` }),
  ).finally(() => progress.clear());
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: 'vllm-installed', build, program })}\n`
      : `vLLM for ${build}: ${program}\n`,
  );
}
