import { describe, vi } from 'vitest';
import { testLearning } from '../e2e/learning.ts';

vi.setConfig({ testTimeout: 300_000 });

describe('a base model of the microcosm', () => testLearning([1, 2, 3]));

describe('a base model of the microcosm whose completions our decoder draws', () =>
  testLearning([1, 2, 3], ['--sampler', 'onnx']));
