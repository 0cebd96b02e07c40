import type { CodeTable } from './code-facts.ts';

/** What befalls a model that is to come from a hub. */
export const hub = {
  'hub-answer-invalid': {
    means: 'The hub answered what no hub answers.',
    advice: 'Set HF_ENDPOINT to a hub, or leave it away for huggingface.co.',
    final: true,
  },
  'hub-cache-unwritable': {
    means: 'The folder in which models of a hub are kept cannot be used.',
    advice: 'Make it writable, or set HF_HUB_CACHE to another.',
    final: true,
  },
  'hub-model-gated': {
    means: 'The hub shows the model to some accounts only.',
    advice: 'Accept its licence on its page, and set HF_TOKEN to a token of the same account.',
    final: true,
  },
  'hub-model-unknown': {
    means: 'The hub has no model of this name that it shows to everybody.',
    advice: 'Check the name; for a private model set HF_TOKEN.',
    final: true,
  },
  'hub-offline': {
    means: 'HF_HUB_OFFLINE is set, and the cache does not hold the whole model.',
    advice: 'Leave HF_HUB_OFFLINE away once, to fetch it.',
    final: true,
  },
  'hub-revision-unknown': {
    means: 'The model has no such branch, tag or commit.',
    advice: 'Name one that its page lists, or none for its main branch.',
    final: true,
  },
  'hub-setting-invalid': {
    means: 'A variable that says where the hub is, or who asks, cannot be used.',
    advice: 'Correct the variable that the message names.',
    final: true,
  },
  'hub-unavailable': {
    means: 'The hub did not answer properly for a while.',
    advice: 'Check the network and run the command again: it goes on where it stopped.',
    final: false,
  },
  'model-pickled': {
    means:
      'The model of the hub has no safetensors; weights in pickles may run programs and are never loaded.',
    advice: 'Choose a revision with safetensors, or save the model again with `save_pretrained`.',
    final: true,
  },
} as const satisfies CodeTable;
