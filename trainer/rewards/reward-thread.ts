import { Worker } from 'node:worker_threads';
import { messageOf } from '#shared/errors.ts';
import type { ModuleReply, RunningModule } from './reward-messages.ts';

/** Starts a thread with a module in JavaScript or TypeScript. @param path - of the module */
export function startThread(path: string): RunningModule {
  // Whatever the module prints goes to standard error: standard output is the driver's protocol.
  const worker = new Worker(entry(), { workerData: { path }, stdout: true });
  worker.stdout.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  worker.on('error', () => {}); // every wait hears of it through `exit` or its own listener
  return {
    post: (input) => worker.postMessage(input),
    hear: (listener) => {
      const onMessage = (reply: ModuleReply) => listener(reply);
      const onError = (error: unknown) => listener({ kind: 'gone', why: messageOf(error) });
      const onExit = (code: number) => listener({ kind: 'gone', why: `exit code ${code}` });
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      return () => worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    },
    end: async () => {
      await worker.terminate();
    },
  };
}

/** The package holds this code and the thread's as JavaScript, beside each other. */
function entry(): URL {
  const file = import.meta.url.endsWith('.ts') ? './reward-worker.ts' : './reward-worker.js';
  return new URL(file, import.meta.url);
}
