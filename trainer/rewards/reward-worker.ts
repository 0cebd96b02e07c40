/** A thread that holds a user's reward module: says whether it loaded, then answers each item with what became of it. */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#shared/errors.ts';
import { MOST_REWARD } from '../settings/most-reward.ts';
import type { ModuleReply, RewardInput } from './reward-messages.ts';

type RewardFunction = (input: RewardInput) => unknown;

const { path } = workerData as { readonly path: string };

const reward = await load();
if (typeof reward === 'string') answer({ kind: 'unloadable', why: reward });
else {
  parentPort?.on('message', (input: RewardInput) => void judge(reward, input).then(answer));
  answer({ kind: 'ready' });
}

async function load(): Promise<RewardFunction | string> {
  try {
    const loaded = (await import(pathToFileURL(path).href)) as { readonly reward?: unknown };
    // Whatever it gives back is checked.
    // What it answers is checked at each call.
    if (typeof loaded.reward === 'function') return loaded.reward as RewardFunction;
    return `it exports no function "reward", but ${Object.keys(loaded).join(', ') || 'nothing'}`;
  } catch (error) {
    return error instanceof SyntaxError ? syntaxError(error) : messageOf(error);
  }
}

/** The error with file and line, which Node tells of a JavaScript module only where it is asked to check it. */
function syntaxError({ stack = '', message }: SyntaxError): string {
  const placed = /^\S.*:\d+\n.*?\n\n/s;
  const told = placed.test(stack)
    ? stack
    : spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' }).stderr;
  return `${message}\n${placed.exec(told)?.[0] ?? ''}`.trimEnd();
}

async function judge(reward: RewardFunction, input: RewardInput): Promise<ModuleReply> {
  try {
    const value = await reward(input);
    if (typeof value === 'number' && Number.isFinite(value))
      return { kind: Math.abs(value) <= MOST_REWARD ? 'reward' : 'too-large', value };
    return {
      kind: 'no-number',
      shown: inspect(value, { breakLength: Number.POSITIVE_INFINITY }).slice(0, 200),
    };
  } catch (error) {
    return { kind: 'threw', why: error instanceof Error ? (error.stack ?? error.message) : messageOf(error) };
  }
}

function answer(reply: ModuleReply): void {
  parentPort?.postMessage(reply);
}
