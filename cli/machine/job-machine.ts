import { trainerJob } from '#shared/adapters/aws/trainer-job.ts';
import type { Machine } from './machine.ts';

const MIB = 2 ** 20;
const { cpu, memoryMib, gpuMemoryMib, capability } = trainerJob;

/** Where `--on aws` trains; its image holds torch for CUDA and no vLLM. */
export const jobMachine: Machine = {
  cores: cpu / 2,
  memoryBytes: memoryMib * MIB,
  gpus: [{ name: 'A10G or L4 of the job', memoryBytes: gpuMemoryMib * MIB, capability }],
  torch: null,
  vllm: null,
};
