import { json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const install = new StrictCommand('install')
  .example('vllm install --cpu', 'the build that needs no GPU')
  .description("install vLLM in the user's cache, 3 to 10 GB; does nothing when it is there")
  .option('--cuda', 'the build for NVIDIA GPUs; the default where there is one', false)
  .option('--cpu', 'the build for CPUs', false)
  .addOption(json())
  .action(async (options) => (await import('../vllm/vllm-install.ts')).vllmInstall(options));

export const vllmCommand = new StrictCommand('vllm')
  .description('the model server that train and eval can start')
  .addCommand(install);
