/** What a deployment's training job is given, whichever of its instance families it lands on. */
export const trainerJob = {
  gpu: 1,
  /** Virtual processors. */
  cpu: 4,
  /** Most of the instance's memory (xlarge: 16 GiB). */
  memoryMib: 14_000,
  /** What the smaller of the families' GPUs (A10G of g5, L4 of g6: 24 GB) shows to programs. */
  gpuMemoryMib: 22_500,
  /** Compute capability of the older one. */
  capability: '8.6',
} as const;
