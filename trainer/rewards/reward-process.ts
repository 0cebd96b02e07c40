import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { keepTail } from '#shared/adapters/process/keep-tail.ts';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { messageOf } from '#shared/errors.ts';
import { ISOLATED, withoutPython } from '#shared/isolated-python.ts';
import { MOST_REWARD } from '../settings/most-reward.ts';
import type { Outcome, RunningModule } from './reward-messages.ts';

/** What the process says, a JSON line each. */
const Reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('unloadable'), why: z.string() }),
  z.object({ kind: z.literal('reward'), value: z.number() }),
  z.object({ kind: z.literal('no-number'), shown: z.string() }),
  z.object({ kind: z.literal('threw'), why: z.string() }),
]);

/**
 * Starts a Python with a user's module, isolated as the engine is. It is one JSON line a question and an answer; what the
 * module prints goes to standard error. It ends by itself when the driver does.
 */
export function startProcess({
  path,
  python,
}: {
  readonly path: string;
  readonly python: string;
}): RunningModule {
  const child = spawn(python, [ISOLATED, worker(), path], {
    env: withoutPython(process.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const words = keepTail(child.stderr);
  child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  child.stdin.on('error', () => {}); // that it ended is heard by who waits
  let lost: Outcome | undefined;
  let listener: ((outcome: Outcome) => void) | undefined;
  const lose = (why: string) => {
    lost ??= { kind: 'gone', why };
    listener?.(lost);
  };
  child.once('error', (error) => lose(messageOf(error)));
  child.once('close', (code, signal) =>
    lose(`${signal ?? `exit code ${code}`}${words.text() === '' ? '' : `\n${words.text().trimEnd()}`}`),
  );
  createInterface({ input: child.stdout }).on('line', (line) => listener?.(outcomeOf(line)));
  return {
    post: (input) => child.stdin.write(`${JSON.stringify(input)}\n`),
    hear: (heard) => {
      listener = heard;
      if (lost) heard(lost);
      return () => {
        listener = undefined;
      };
    },
    end: async () => {
      if (lost) return;
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

function outcomeOf(line: string): Outcome {
  const { data: reply } = Reply.safeParse(jsonOrUndefined(line));
  if (!reply) return { kind: 'gone', why: `it said ${line.slice(0, 200)}` };
  return reply.kind === 'reward' && Math.abs(reply.value) > MOST_REWARD
    ? { kind: 'too-large', value: reply.value }
    : reply;
}

/** Beside the engine's package, in a clone and, one folder up, for the package's bundles. */
function worker(): string {
  return fileURLToPath(
    new URL(
      import.meta.url.endsWith('.ts') ? '../engine/reward_worker.py' : '../trainer/engine/reward_worker.py',
      import.meta.url,
    ),
  );
}
