import { Machine } from '#cli/machine/machine.ts';

const CARDS = {
  24: { name: 'NVIDIA GeForce RTX 4090', memoryBytes: 24_564 * 2 ** 20, capability: '8.9' },
  80: { name: 'NVIDIA H100 80GB HBM3', memoryBytes: 81_559 * 2 ** 20, capability: '9.0' },
} as const;

/** A machine with GPUs of so many GB, or none. */
export function machineWith(
  gpus: number,
  gigabytes: keyof typeof CARDS = 80,
  more: Partial<Machine> = {},
): Machine {
  return Machine.parse({
    cores: 16 * Math.max(1, gpus),
    memoryBytes: 256 * 2 ** 30 * Math.max(1, gpus),
    gpus: Array.from({ length: gpus }, () => CARDS[gigabytes]),
    ...more,
  });
}
