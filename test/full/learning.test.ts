import { describe } from 'vitest';
import { testLearning } from '../e2e/learning.ts';

describe('a base model of the microcosm', () => testLearning([1]));
