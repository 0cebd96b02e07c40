import { readFileSync } from 'node:fs';

const POLL_MS = 200;

/**
 * Watches a process and all below it until told to stop. Linux only.
 *
 * @returns a function that stops and gives the sum of the processes' peak resident bytes
 */
export function watchPeakMemory(root: number): () => number {
  const peaks = new Map<number, number>();
  const look = () => {
    for (const pid of tree(root)) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peakBytes(pid)));
  };
  const watch = setInterval(look, POLL_MS);
  return () => {
    clearInterval(watch);
    return [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0);
  };
}

function tree(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(tree)];
}

function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Text of a file of a process; empty once that has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
