import { describe, expect, it } from 'vitest';
import { parseGpus, shownGpus } from '#cli/gpus/visible-gpus.ts';
import { SMI_CSV } from './smi-csv.ts';

const [first, second] = parseGpus(SMI_CSV);

describe('visibleGpus', () => {
  it.each([
    [undefined, ['0', '1']],
    ['1', ['1']],
    ['1,0', ['1', '0']],
    ['-1', []],
    ['', []],
    ['1,7,0', ['1']],
    ['GPU-00000000', []],
  ])('shows of two GPUs what CUDA_VISIBLE_DEVICES=%s says', (visible, ids) => {
    const shown = shownGpus(parseGpus(SMI_CSV), visible);
    expect(shown.map(({ id }) => id)).toEqual(ids);
    const names = ids.map((id) => (id === '0' ? first : second)?.name);
    expect(shown.map(({ name }) => name)).toEqual(names);
  });

  it('knows GPUs by the beginning of their UUIDs, in the order in which they are named', () => {
    const shown = shownGpus(parseGpus(SMI_CSV), 'GPU-5b4c,GPU-8932f937');
    expect(shown.map(({ id, name }) => [id, name])).toEqual([
      ['GPU-5b4c', second?.name],
      ['GPU-8932f937', first?.name],
    ]);
  });

  it('counts a part of a GPU as one', () => {
    expect(shownGpus(parseGpus(SMI_CSV), 'MIG-0f1e2d3c')).toMatchObject([{ id: 'MIG-0f1e2d3c' }]);
  });

  it('claims no GPU that the driver does not list', () => {
    expect(shownGpus([], '0,1')).toEqual([]);
    expect(shownGpus([], 'MIG-0f1e2d3c')).toEqual([]);
  });

  it('reads what nvidia-smi prints, and leaves out what is no GPU', () => {
    expect(first).toEqual({
      uuid: 'GPU-8932f937-d72c-4106-8c9f-2a1b9c4a0d5e',
      name: 'NVIDIA H100 80GB HBM3',
      memoryBytes: 81_559 * 2 ** 20,
      capability: '9.0',
    });
    expect(second?.capability).toBeNull();
    expect(parseGpus('No devices were found\n')).toEqual([]);
  });
});
