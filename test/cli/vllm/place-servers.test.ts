import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeServers } from '#cli/vllm/place-servers.ts';

const gpusOf = (count: number) => Array.from({ length: count }, (_, i) => String(i));
const placed = (count: number, engineGpus: number, servers?: number) =>
  placeServers({
    ...{ device: 'cuda', gpus: gpusOf(count), engineGpus, servers },
    engineOnCpu: engineGpus === 0,
  });

describe('placeServers', () => {
  it.each([
    ['one GPU is shared', placed(1, 1), { gpus: ['0'], shares: 'gpu' }],
    ['a GPU for each', placed(2, 1), { gpus: ['1'], shares: 'nothing' }],
    ['all that the engine leaves', placed(8, 4), { gpus: ['4', '5', '6', '7'], shares: 'nothing' }],
    ['fewer than there is room for', placed(8, 1, 2), { gpus: ['1', '2'], shares: 'nothing' }],
    ['an engine on the CPU', placed(1, 0), { gpus: ['0'], shares: 'nothing' }],
    ['a GPU that nobody could name', placed(0, 0), { gpus: [undefined], shares: 'nothing' }],
  ])('%s', (_, placement, expected) => {
    expect(placement).toEqual(expected);
  });

  it('starts as many on a CPU as are asked for', () => {
    const cpu = { device: 'cpu', gpus: [], engineGpus: 0, engineOnCpu: true } as const;
    expect(placeServers({ ...cpu, servers: undefined }).gpus).toEqual([undefined]);
    expect(placeServers({ ...cpu, servers: 2 })).toEqual({ gpus: [undefined, undefined], shares: 'cores' });
  });

  it('shares no core with an engine that is on a GPU, or is not there', () => {
    const alone = { device: 'cpu', gpus: ['0'], engineOnCpu: false, servers: 1 } as const;
    expect(placeServers({ ...alone, engineGpus: 1 }).shares).toBe('nothing');
    expect(placeServers({ ...alone, engineGpus: 0 }).shares).toBe('nothing');
  });

  it('refuses more servers than GPUs are left', () => {
    expect(() => placed(4, 2, 3)).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: expect.stringMatching(/3.*4 GPUs.*takes 2/),
      }),
    );
  });

  it('gives no GPU twice, and one of the engine only where none is left', () => {
    const counts = [fc.integer({ min: 1, max: 16 }), fc.integer({ min: 0, max: 16 })] as const;
    fc.assert(
      fc.property(...counts, (count, engineGpus) => {
        const { gpus, shares } = placed(count, engineGpus);
        expect(new Set(gpus).size).toBe(gpus.length);
        const engine = gpusOf(count).slice(0, engineGpus);
        expect(gpus.some((gpu) => engine.includes(gpu as string))).toBe(shares === 'gpu');
      }),
    );
  });
});
