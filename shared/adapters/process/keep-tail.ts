import type { Readable } from 'node:stream';

/** Enough of what a process prints to see why it ended. */
const TAIL_CHARACTERS = 4000;

/** The end of what a process prints. */
export interface Tail {
  add(text: string): void;
  text(): string;
}

/** Keeps the end of what comes from some streams; reading on keeps their pipes from filling up. */
export function keepTail(...streams: readonly Readable[]): Tail {
  let tail = '';
  const add = (text: string) => {
    tail = (tail + text).slice(-TAIL_CHARACTERS);
  };
  for (const stream of streams) stream.on('data', (chunk: Buffer) => add(chunk.toString()));
  return { add, text: () => tail };
}
