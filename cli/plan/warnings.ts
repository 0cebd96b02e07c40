import type { RunSettings } from '#trainer/settings/config.ts';
import { hasCuda, type Machine } from '../machine/machine.ts';
import { diskBytes } from './disk-plan.ts';
import { gib } from './gib.ts';
import type { MemoryPlan } from './memory-plan.ts';
import type { RunPlan } from './run-plan.ts';

/** What a machine has and a run does not use, or the other way round. Each is a sentence that says what to do. */
export function planWarnings(
  settings: Pick<RunSettings, 'engine' | 'sampler'>,
  machine: Machine,
  { memory, disk }: Partial<Pick<RunPlan, 'memory' | 'disk'>>,
): readonly string[] {
  const onDevice =
    settings.engine.device === 'cpu' ? cpuWarnings(settings, machine) : gpuWarnings(settings, machine);
  return [...onDevice, ...tightMemory(memory), ...smallDisk(disk)];
}

function cpuWarnings({ engine }: Pick<RunSettings, 'engine'>, machine: Machine): readonly string[] {
  const { gpus, torch } = machine;
  const [first] = gpus;
  if (!first) return [];
  const threads = engine.threads === 1 ? 'one CPU thread' : `${engine.threads} CPU threads`;
  return hasCuda(machine)
    ? [
        `${first.name} is here, and the run computes on ${threads}: --set engine.device=cuda would use the GPU.`,
      ]
    : [
        `${first.name} is here, but torch ${torch?.version} of the engine finds no GPU, so the run computes on ` +
          `${threads}. Install torch for CUDA into that environment, as docs/guide/gpu.md says.`,
      ];
}

function gpuWarnings(
  { engine, sampler }: Pick<RunSettings, 'engine' | 'sampler'>,
  { gpus }: Machine,
): readonly string[] {
  if (gpus.length === 0) return ['The run computes on CUDA, and nvidia-smi lists no GPU here.'];
  if (sampler.kind === 'vllm') return [];
  const slow =
    'The engine draws completions itself: exactly repeatable, and several times slower than vLLM on a GPU ' +
    '(docs/vllm-sampler.md).';
  const idle = `${gpus.length} GPUs are here, and the run computes on one: --set engine.ranks=N --sampler vllm uses more.`;
  return gpus.length > engine.ranks ? [slow, idle] : [slow];
}

function tightMemory(memory: MemoryPlan | undefined): readonly string[] {
  if (!memory || memory.shortages.length > 0 || memory.heldBytes <= memory.haveBytes) return [];
  return [
    'There is memory for each part of a step, but not for all at once: where it runs out, passes are halved.',
  ];
}

function smallDisk(disk: RunPlan['disk']): readonly string[] {
  const needed = disk ? diskBytes(disk.parts) : 0;
  if (disk?.freeBytes === undefined || needed <= disk.freeBytes) return [];
  return [
    `The disk has ${gib(disk.freeBytes)} free, and the run fills up to ${gib(needed)}: checkpointEvery=N stores fewer.`,
  ];
}
