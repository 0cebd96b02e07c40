import type { RunSettings } from '#trainer/settings/config.ts';
import type { Machine } from './machine.ts';

/** What a run computes on, in one sentence. */
export function describeMachine(
  { gpus, cores, memoryBytes }: Machine,
  { engine, sampler }: Pick<RunSettings, 'engine' | 'sampler'>,
): string {
  const { device, precision, ranks, threads } = engine;
  const processors = `${cores} ${cores === 1 ? 'core' : 'cores'} and ${gibs(memoryBytes)} of memory`;
  const cards = gpus.map(({ name, memoryBytes }) => `${name} (${gibs(memoryBytes)})`);
  const here = [
    processors,
    ...cards.slice(0, 1),
    ...(cards.length > 1 ? [`${cards.length - 1} more GPUs`] : []),
  ];
  const onGpu = ranks === 1 ? 'the GPU' : `${ranks} GPUs`;
  const computing =
    device === 'cuda'
      ? `computes on ${onGpu} in ${precision}, with`
      : `computes on the CPU in ${precision}, with`;
  const drawing = sampler.kind === 'vllm' ? 'vLLM draws' : 'the engine draws';
  return (
    `The machine has ${here.join(', ')}. The engine ${computing} ${threads} CPU ${threads === 1 ? 'thread' : 'threads'}; ` +
    `${drawing} the completions.`
  );
}

function gibs(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)} GiB`;
}
