import type { CodeTable } from './code-facts.ts';

/** What befalls the engine of a run and the sampler beside it. */
export const engine = {
  'engine-bad-request': {
    means:
      'The engine does not take a request as it was made: driver and engine are of different versions, or this is a defect.',
    advice: 'Run `oneshot bootstrap`; report it if it remains.',
    final: true,
  },
  'engine-cancelled': {
    means: "The engine's work was cancelled.",
    advice: 'Run again.',
    final: false,
  },
  'engine-disk': {
    means: 'The engine could not write a file.',
    advice: 'Make room there, or move the folder of `--home` to a larger disk, and run again.',
    final: false,
  },
  'engine-internal': {
    means: 'The engine failed in a way that it should not.',
    advice: "Report it with the engine's log.",
    final: true,
  },
  'engine-lost': {
    means: 'The process of the engine ended, or did not start.',
    advice: 'Read its last words, which the message quotes, and run again.',
    final: false,
    roles: ['engine-loss'],
  },
  'engine-model-invalid': {
    means: 'The folder holds no model that the engine can load.',
    advice: 'Fetch the model folder again, or choose another model.',
    final: true,
  },
  'engine-nonfinite': {
    means: 'Logits, loss or gradient are not finite.',
    advice: 'Lower `optim.learningRate` or `optim.clipNorm`, or start from another model.',
    final: true,
  },
  'engine-not-created': {
    means: 'The engine was asked for something before it had a model, which is a defect.',
    advice: 'Report it.',
    final: true,
  },
  'engine-oom': {
    means: 'The memory of the device did not suffice.',
    advice: 'Lower `engine.tokenBudget`, or take a machine with more memory.',
    final: false,
  },
  'engine-packages-missing': {
    means: "The engine's Python environment lacks a package.",
    advice: 'Run `oneshot bootstrap`, which sets it up.',
    final: true,
  },
  'engine-stalled': {
    means: 'The engine has said nothing for too long.',
    advice: 'Run again; if it happens again, look after the machine.',
    final: false,
    roles: ['engine-loss'],
  },
  'engine-state-invalid': {
    means: 'The optimizer state does not fit the model.',
    advice: 'Go on from another checkpoint.',
    final: true,
  },
  'frame-invalid': {
    means: "What came through the engine's socket is no message of its protocol.",
    advice:
      'Run `oneshot bootstrap`, which brings driver and engine to one version; report it if it remains.',
    final: true,
  },
  'out-of-memory': {
    means: 'Memory does not suffice for the engine, even in smaller passes, or for the decoder that draws.',
    advice:
      'Run again with more memory, or train a smaller model, fewer `--samples` or a lower `--max-tokens`.',
    final: false,
  },
  'publication-unwritable': {
    means: 'The policy cannot be written where the sampler would take it from, such as /dev/shm.',
    advice: 'Make room there, or name another folder in ONESHOT_PUBLISH, and run the same command again.',
    final: true,
  },
  'sampler-answer-invalid': {
    means: 'The server does not answer as vLLM does.',
    advice: "Check the address in ONESHOT_SAMPLER_URL and the server's version.",
    final: true,
  },
  'sampler-faulty': {
    means: 'The vLLM server failed many times in a row.',
    advice: 'Read its log, then run the same command to go on.',
    final: false,
  },
  'sampler-lost': {
    means: 'The vLLM server of the run did not answer for too long.',
    advice: 'Start it again and run the same command: it goes on from the last checkpoint.',
    final: false,
  },
  'sampler-mismatch': {
    means: 'After new weights, sampler and trainer differ by more than the run allows.',
    advice:
      'Start a vLLM server as docs/vllm-sampler.md says; report it of `--sampler onnx`. `sampler.maxMismatch` is the bound.',
    final: true,
  },
  'sampler-needed': {
    means: 'The run samples from a vLLM server, and ONESHOT_SAMPLER_URL names none.',
    advice: 'Set the variable, or let `oneshot train` start a server: docs/vllm-sampler.md.',
    final: true,
  },
  'sampler-refused': {
    means: 'The vLLM server refused a request.',
    advice: 'Start it as docs/vllm-sampler.md says, with room for prompt and completion.',
    final: true,
  },
  'sampler-stale': {
    means: 'The vLLM server holds other weights than it was given.',
    advice: 'Let nobody else load weights into this server.',
    final: false,
    roles: ['server-fault'],
  },
} as const satisfies CodeTable;
