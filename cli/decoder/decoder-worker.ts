/** A thread of `oneshot serve` that holds one model and computes with it: see `decoder-thread.ts`. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { KnownError, messageOf } from '#shared/errors.ts';
import {
  type GeneratorOptions,
  loadGenerator,
  type OnnxGenerator,
} from '#shared/inference/onnx-generator.ts';
import type { Scored } from '#shared/inference/score-continuations.ts';
import type { DecoderReply, DecoderRequest } from './decoder-messages.ts';

/** Behind the thread that answers requests, where there is a core for one of them only. */
const NICE = 5;
if (process.platform === 'linux') setPriority(NICE); // of this thread alone, elsewhere of the whole process

const tell = (reply: DecoderReply) => parentPort?.postMessage(reply);
const loading = loadGenerator(workerData as GeneratorOptions); // as `decoder-thread.ts` sends it
await answer(async () => {
  await loading;
  return [];
});

parentPort?.on('message', (request: DecoderRequest) => answer(async () => handle(request, await loading)));

async function handle(request: DecoderRequest, generator: OnnxGenerator): Promise<readonly Scored[]> {
  switch (request.kind) {
    case 'score':
      return generator.score(request.prompt, request.continuations);
    case 'generate': {
      const { requests, refused } = request;
      await generator.generate(requests, undefined, (index, token) => {
        if (Atomics.load(refused, index) === 0) tell({ kind: 'token', index, token });
        return Atomics.load(refused, index) === 0;
      });
      return [];
    }
    case 'end':
      await generator.dispose();
      parentPort?.close();
      return [];
    default:
      return request satisfies never;
  }
}

async function answer(work: () => Promise<readonly Scored[]>): Promise<void> {
  try {
    tell({ kind: 'done', scored: await work() });
  } catch (error) {
    const code = error instanceof KnownError ? error.code : undefined;
    tell({ kind: 'failed', code, message: messageOf(error) });
  }
}
