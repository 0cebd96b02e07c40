/** The one example that the microcosm's 1-shot runs train on. No test set and no corpus holds it. */
export const trainingExample = { id: 'micro-pi1', problem: 'solve 7 x + 2 = 51', answer: '7' } as const;
