import type { Machine } from '../machine/machine.ts';
import { usableVllm } from '../machine/usable-vllm.ts';
import { gib } from '../plan/gib.ts';
import type { ModelOutlook } from './model-outlook.ts';

/** Something that would let a machine do more. */
export interface Missing {
  readonly name: 'engine' | 'torch for CUDA' | 'vLLM' | 'data' | 'disk' | 'memory';
  readonly why: string;
  /** What brings it. */
  readonly command: string;
}

/** What was found besides the machine. */
export interface Surroundings {
  /** Whether the engine's packages load. */
  readonly hasEngine: boolean;
  /** The engine's interpreter, and its torch as pip takes it. */
  readonly python: string;
  readonly torch: string;
  readonly hasData: boolean;
  /** Of the disk where runs are stored; `undefined`: not known. */
  readonly freeBytes: number | undefined;
}

/** What a machine lacks, each with the one command that brings it. @param outlooks - by the size of the model */
export function findMissing(
  machine: Machine,
  { hasEngine, python, torch, hasData, freeBytes }: Surroundings,
  outlooks: Readonly<Record<string, ModelOutlook>>,
): readonly Missing[] {
  const { gpus } = machine;
  const found: Missing[] = [];
  if (!hasEngine)
    found.push({ name: 'engine', why: 'nothing can be trained without it', command: 'oneshot bootstrap' });
  if (gpus.length > 0 && machine.torch?.cuda === false) {
    const index = '--index-url https://download.pytorch.org/whl/cu130'; // of which the driver decides: docs/guide/gpu.md
    found.push({
      name: 'torch for CUDA',
      why: `torch ${machine.torch.version} finds no GPU`,
      command: `${python} -m pip install --force-reinstall ${torch} ${index}`,
    });
  }
  if (gpus.length > 0 && usableVllm(machine).value === null)
    found.push({ name: 'vLLM', why: usableVllm(machine).reason, command: 'oneshot vllm install' });
  if (!hasData)
    found.push({ name: 'data', why: 'no benchmarks, no training rows', command: 'oneshot data pull' });
  return [...found, ...tooLittle(outlooks, freeBytes)];
}

function tooLittle(
  outlooks: Readonly<Record<string, ModelOutlook>>,
  freeBytes: number | undefined,
): readonly Missing[] {
  const sizes = Object.entries(outlooks);
  const found: Missing[] = [];
  const [unfit] = sizes.filter(([, { training }]) => training === null);
  if (unfit) {
    const [size, { needBytes, haveBytes }] = unfit;
    found.push({
      name: 'memory',
      why: `${size} needs ${gib(needBytes)} in one place, where ${gib(haveBytes)} are`,
      command: 'ONESHOT_MACHINE=FILE oneshot train pi1 --model NAME --dry-run',
    });
  }
  const tight = sizes.find(
    ([, { training }]) => training && training.diskBytes > (freeBytes ?? training.diskBytes),
  );
  if (tight && freeBytes !== undefined) {
    const [size, { training }] = tight;
    found.push({
      name: 'disk',
      why:
        `a run of ${size} fills up to ${gib(training?.diskBytes ?? 0)}, and ${gib(freeBytes)} are free; ` +
        'a larger --checkpoint-every stores less',
      command: 'oneshot train pi1 --model NAME --home FOLDER_ON_ANOTHER_DISK',
    });
  }
  return found;
}
