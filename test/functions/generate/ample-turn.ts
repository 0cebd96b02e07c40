import type { SamplerTurn } from '#functions/generate/sampler.ts';

/** All the time there is, and nothing from before. */
export const ampleTurn: SamplerTurn = {
  onMade: () => {},
  goesOn: () => true,
  begun: () => undefined,
  onOpen: async () => {},
  onRun: () => {},
};

/** Nobody asks what loading took. */
export const unheardLoad = () => {};
