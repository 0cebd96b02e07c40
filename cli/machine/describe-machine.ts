import type { RunSettings } from '#trainer/settings/config.ts';
import type { Machine } from './machine.ts';

/** Who makes evaluated completions. */
export interface Scoring {
  /** As `--generator` takes it. */
  readonly generator: string;
  /** Of all its workers, where they compute on CPUs. */
  readonly threads: number;
}

/** What a run computes on. @param scoring - `undefined`: nothing is scored here */
export function describeMachine(
  { gpus, cores, memoryBytes }: Machine,
  { engine, sampler }: Pick<RunSettings, 'engine' | 'sampler'>,
  scoring: Scoring | undefined,
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
  const drawing = { engine: 'the engine draws', onnx: 'the decoder draws', vllm: 'vLLM draws' }[sampler.kind];
  const scored = scoring ? ` Evaluated completions come from ${scorerText(scoring)}.` : '';
  return (
    `The machine has ${here.join(', ')}. The engine ${computing} ${threadsText(threads)}; ` +
    `${drawing} the completions.${scored}`
  );
}

function scorerText({ generator, threads }: Scoring): string {
  if (generator === 'onnx') return `the decoder, on ${threadsText(threads)}`;
  return generator === 'vllm' ? 'vLLM' : `the server ${generator}`;
}

function threadsText(threads: number): string {
  return `${threads} CPU ${threads === 1 ? 'thread' : 'threads'}`;
}

function gibs(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)} GiB`;
}
