import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { watchPeakMemory } from './peak-memory.ts';

/** Runs a program whose last line of standard output is JSON. @throws {Error} when it fails */
export async function runProgram(
  command: string,
  args: readonly string[],
): Promise<{ readonly said: unknown; readonly peakRssBytes: number }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = watchPeakMemory(child.pid ?? 0);
  const [output, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const peakRssBytes = stop();
  if (code !== 0) {
    const last = `${output.slice(-500)}${complaints.slice(-2000)}`;
    throw new Error(`${command} ${args[0]} ended with ${code}:\n${last}`);
  }
  return { said: JSON.parse(output.trim().split('\n').at(-1) ?? ''), peakRssBytes };
}
