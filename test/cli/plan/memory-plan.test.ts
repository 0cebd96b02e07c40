import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MemoryPlan, memoryPlan } from '#cli/plan/memory-plan.ts';
import { parameterCounts } from '#cli/plan/parameter-counts.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { machineWith } from '../machine/machines.ts';
import { shapes } from './shapes.ts';

const GIB = 2 ** 30;
const onGpu = { device: 'cuda', precision: 'bf16' } as const;

function settingsWith(
  changes: Omit<Partial<Parameters<typeof RunSettings.parse>[0] & object>, never>,
): RunSettings {
  return RunSettings.parse({ recipe: 'pi1', steps: 2000, ...changes });
}

function bytesOf({ parts }: MemoryPlan, name: string): number {
  return parts.find(({ part }) => part === name)?.bytes ?? 0;
}

describe('memoryPlan', () => {
  it.each([
    ['135M', 0.1345],
    ['1.5B', 1.544],
    ['3B', 3.086],
    ['7B', 7.616],
  ] as const)('counts the parameters of %s', (size, billions) => {
    expect(parameterCounts(shapes[size]).total / 1e9).toBeCloseTo(billions, 3);
  });

  /** docs/performance.md, "On a GPU": what torch had reserved at most. */
  it('is within 15 % of what one H100 held with the shape of 1.5B', () => {
    const settings = settingsWith({
      prompts: 32,
      sampling: { maxPromptTokens: 128, maxTokens: 512 },
      loss: { klCoefficient: 0 },
      engine: { ...onGpu, gradientCheckpointing: true, tokenBudget: 32_768 },
    });
    const { heldBytes, atOnceBytes } = memoryPlan(settings, shapes['1.5B'], machineWith(1));
    expect(Math.abs(heldBytes / (48.6 * GIB) - 1)).toBeLessThan(0.15);
    expect(atOnceBytes).toBeLessThan(48.6 * GIB);
  });

  /** docs/guide/gpu.md: resident bytes of the engine's process after two updates. */
  it('is within 15 % of what two updates of 135M held on a CPU', () => {
    const settings = settingsWith({
      prompts: 1,
      sampling: { maxPromptTokens: 64, maxTokens: 64 },
      loss: { klCoefficient: 0 },
    });
    const { heldBytes } = memoryPlan(settings, shapes['135M'], machineWith(0));
    expect(Math.abs(heldBytes / 4_626_907_136 - 1)).toBeLessThan(0.15);
  });

  it('has each part as its arithmetic says: 1.5B as pi1 trains it, on 80 GB', () => {
    const plan = memoryPlan(settingsWith({ engine: onGpu }), shapes['1.5B'], machineWith(1));
    const weights = 4 * 1_543_714_304;
    expect(bytesOf(plan, 'weights')).toBe(weights);
    expect(bytesOf(plan, 'gradient')).toBe(weights);
    expect(bytesOf(plan, 'moments of the optimizer')).toBe(2 * weights);
    expect(bytesOf(plan, 'reference')).toBe(weights);
    expect(bytesOf(plan, "bf16 copies of the layers' weights") / GIB).toBeCloseTo(2.44, 2);
    // 28 layers × 8,192 tokens × (30·1536 + 4·256 + 8·8960 + 56)
    expect(bytesOf(plan, 'activations of a pass')).toBe(28 * 8192 * 118_840);
    expect(bytesOf(plan, 'logits of a chunk') / GIB).toBeCloseTo(0.5, 2);
    // A quarter of the card counted in fp32, which bf16 fills to a half.
    expect(bytesOf(plan, "the sampler's keys and values") / GIB).toBeCloseTo(81_559 / 1024 / 8, 0);
    expect(plan.shortages).toEqual([]);
  });

  it('counts no sequence that is longer than the context of the model', () => {
    const short = { ...shapes['135M'], context: 512 };
    const cache = (shape: typeof short) =>
      bytesOf(
        memoryPlan(settingsWith({ prompts: 1, engine: onGpu }), shape, machineWith(1)),
        "the sampler's keys and values",
      );
    expect(cache(short) / cache(shapes['135M'])).toBeCloseTo(512 / 4096, 6);
  });

  it.each([
    ['1.5B', 1, 24, ['the GPU, while it trains,']],
    ['1.5B', 1, 80, []],
    ['1.5B', 8, 80, []],
    ['3B', 1, 24, ['the GPU, while it trains,', 'the GPU, while models are loaded,']],
    ['3B', 1, 80, ['the GPU, while it trains,']],
    ['7B', 1, 80, ['the GPU, while it trains,']],
    ['7B', 8, 80, ['the GPU, while it trains,']],
  ] as const)('says what of %s does not fit on %i × %i GB', (size, count, gigabytes, what) => {
    const plan = memoryPlan(settingsWith({ engine: onGpu }), shapes[size], machineWith(count, gigabytes));
    expect(plan.shortages.map((shortage) => shortage.what)).toEqual(what);
  });

  it('has our decoder, where it draws, beside the engine in memory, and gone in an update', () => {
    const settings = settingsWith({ sampler: { kind: 'onnx' }, prompts: 4, samples: 4 });
    const plan = memoryPlan(settings, shapes['1.5B'], machineWith(0));
    const { total } = parameterCounts(shapes['1.5B']);
    const row = 4096 * 2 * 28 * 2 * 128 * 4;
    const parts = plan.parts.filter(({ part }) => /decoder|sampler/.test(part));
    expect(parts).toEqual([
      { part: 'weights for the decoder', bytes: 4 * total, during: ['sampling', 'forward', 'backward'] },
      { part: "the decoder's weights", bytes: 4 * total, during: ['sampling'] },
      { part: "the decoder's keys and values", bytes: 16 * row, during: ['sampling'] },
    ]);
    const small = { ...machineWith(0), memoryBytes: 9 * 4 * row };
    expect(bytesOf(memoryPlan(settings, shapes['1.5B'], small), "the decoder's keys and values")).toBe(
      9 * row,
    );
  });

  it('does not fit where the share of memory that our decoder takes holds not one completion', () => {
    const settings = settingsWith({ sampler: { kind: 'onnx' }, prompts: 1, samples: 2 });
    const row = 4096 * 2 * 28 * 2 * 128 * 4;
    const shortagesOf = (memoryBytes: number) =>
      memoryPlan(settings, shapes['1.5B'], { ...machineWith(0), memoryBytes }).shortages.map(
        ({ what }) => what,
      );
    const share = "the decoder's share of memory for keys and values";
    expect(shortagesOf(4 * row - 4)).toContain(share);
    expect(shortagesOf(4 * row)).not.toContain(share);
  });

  describe("of a vLLM that has the engine's GPU in turns", () => {
    const settings = settingsWith({
      engine: { ...onGpu, gradientCheckpointing: true },
      sampler: { kind: 'vllm' },
    });
    const card = 81_559 * 2 ** 20;
    const during = ({ parts }: MemoryPlan, phase: string) =>
      parts.filter((part) => part.during.some((name) => name === phase)).map(({ part }) => part);

    it('is awake while it samples, and fills its share with keys and values', () => {
      const plan = memoryPlan(settings, shapes['1.5B'], machineWith(1));
      expect(bytesOf(plan, 'vLLM: weights')).toBe(2 * 1_543_714_304);
      expect(bytesOf(plan, 'vLLM: weights') + bytesOf(plan, 'vLLM: keys and values')).toBeCloseTo(
        0.45 * card,
        0,
      );
      expect(during(plan, 'sampling')).toEqual(
        expect.arrayContaining([
          'weights',
          'moments of the optimizer',
          'vLLM: weights',
          'vLLM: keys and values',
        ]),
      );
      expect(during(plan, 'sampling')).not.toContain("the sampler's keys and values");
    });

    it('leaves an update its program alone, and its weights to the memory beside', () => {
      const [shared, apart] = [1, 2].map((count) => memoryPlan(settings, shapes['7B'], machineWith(count)));
      for (const phase of ['forward', 'backward'])
        expect(during(shared as MemoryPlan, phase).filter((part) => part.startsWith('vLLM'))).toEqual([
          'vLLM, asleep',
        ]);
      expect(apart?.parts.filter(({ part }) => part.startsWith('vLLM'))).toEqual([]);
      // Asleep and handed over, in bf16; the moments of a resume take as much.
      expect(shared?.host?.needBytes).toBe(8 * parameterCounts(shapes['7B']).total + GIB);
    });

    it('has its share while the engine loads models, for it is started first', () => {
      const [own, shared] = (['engine', 'vllm'] as const).map((kind) =>
        memoryPlan(
          { ...settings, sampler: settingsWith({ sampler: { kind } }).sampler },
          shapes['1.5B'],
          machineWith(1),
        ),
      );
      expect((shared?.loadingBytes ?? 0) - (own?.loadingBytes ?? 0)).toBeCloseTo(0.45 * card, 0);
    });

    it('does not fit where its weights are larger than its share', () => {
      const { shortages } = memoryPlan(settings, shapes['7B'], machineWith(1, 24));
      expect(shortages.map(({ what }) => what)).toContain("vLLM's share of the engine's GPU");
      const apart = memoryPlan(settings, shapes['3B'], machineWith(2, 24));
      expect(apart.shortages.map(({ what }) => what)).not.toContain("vLLM's share of its GPU");
    });

    it('is not counted where it runs elsewhere', () => {
      const plan = memoryPlan(settings, shapes['1.5B'], machineWith(1), false);
      expect(plan.parts.filter(({ part }) => part.startsWith('vLLM'))).toEqual([]);
    });
  });

  it('needs a whole model on each GPU while it loads, however many ranks share it', () => {
    const settings = settingsWith({ engine: { ...onGpu, ranks: 8 }, sampler: { kind: 'vllm' } });
    const { loadingBytes, shortages } = memoryPlan(settings, shapes['7B'], machineWith(8, 24));
    expect(loadingBytes / GIB).toBeGreaterThan(4 * 7.616 * (1e9 / GIB));
    expect(shortages.map(({ what }) => what)).toContain('each GPU, while models are loaded,');
  });

  it('needs the moments of every rank in memory at a resume: 7B on eight GPUs, 64 GiB', () => {
    const settings = settingsWith({
      engine: { ...onGpu, ranks: 8, gradientCheckpointing: true },
      sampler: { kind: 'vllm' },
    });
    const small = { ...machineWith(8), memoryBytes: 64 * GIB };
    const { host, shortages } = memoryPlan(settings, shapes['7B'], small);
    expect((host?.needBytes ?? 0) / 1e9).toBeCloseTo(488.5, 0);
    expect(shortages).toHaveLength(1);
  });

  it('never grows with what is meant to save memory', () => {
    const saving = fc.constantFrom<Partial<RunSettings['engine']>>(
      { gradientCheckpointing: true },
      { tokenBudget: 4096 },
      { ranks: 2 },
      { ranks: 8 },
    );
    const size = fc.constantFrom('1.5B', '3B', '7B');
    fc.assert(
      fc.property(size, saving, fc.boolean(), (name, change, checkpointing) => {
        const base = settingsWith({
          engine: { ...onGpu, gradientCheckpointing: checkpointing },
          sampler: { kind: 'vllm' },
        });
        const changed = { ...base, engine: { ...base.engine, ...change } };
        const machine = machineWith(9);
        const bytes = (settings: RunSettings) => memoryPlan(settings, shapes[name], machine).atOnceBytes;
        expect(bytes(changed)).toBeLessThanOrEqual(bytes(base));
      }),
    );
  });
});
