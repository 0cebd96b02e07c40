/** The decoder's thread, which waits while a file lies there before it generates, and dies where another does. */
import { existsSync, rmSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { DecoderRequest } from '#cli/decoder/decoder-messages.ts';

const [hold = '', die = ''] = (process.env['ONESHOT_TEST_DECODER'] ?? '').split(':');
const sleeping = new Int32Array(new SharedArrayBuffer(4));
parentPort?.on('message', ({ kind }: DecoderRequest) => {
  if (kind !== 'generate') return;
  if (existsSync(die)) {
    rmSync(die);
    process.exit(3); // of this thread
  }
  while (existsSync(hold)) Atomics.wait(sleeping, 0, 0, 5); // as a long step does, it hears nothing meanwhile
});
await import('#cli/decoder/decoder-worker.ts');
