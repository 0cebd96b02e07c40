import { describe, expect, it } from 'vitest';
import { checkSampler } from '#trainer/settings/check-sampler.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const settings = (changes: object) => RunSettings.parse({ recipe: 'test', steps: 1, ...changes });

describe('checkSampler', () => {
  it('accepts the engine on one rank, vLLM and our decoder on several', () => {
    checkSampler(settings({}));
    checkSampler(settings({ sampling: { topP: 0.9 } }));
    checkSampler(settings({ sampler: { kind: 'vllm' }, engine: { ranks: 2 } }));
    checkSampler(settings({ sampler: { kind: 'onnx' }, sampling: { topP: 0.9 }, engine: { ranks: 2 } }));
  });

  it.each([
    ['the engine on several ranks of a CPU', { engine: { ranks: 2 } }, '--sampler onnx'],
    ['the engine on several GPUs', { engine: { ranks: 2, device: 'cuda' } }, '--sampler vllm'],
    ['vLLM with top-p below 1', { sampler: { kind: 'vllm' }, sampling: { topP: 0.9 } }, 'set it to 1'],
    [
      'our decoder beside a GPU',
      { sampler: { kind: 'onnx' }, engine: { device: 'cuda' } },
      'engine.device=cpu',
    ],
    [
      'our decoder beside bf16',
      { sampler: { kind: 'onnx' }, engine: { precision: 'bf16' } },
      'engine.precision=fp32',
    ],
  ])('refuses %s, and says what to do', (_, changes, advice) => {
    expect(() => checkSampler(settings(changes))).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(advice) }),
    );
  });
});
