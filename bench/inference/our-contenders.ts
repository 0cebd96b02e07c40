import { join } from 'node:path';
import type { Contender } from './contender.ts';

export const PRECISIONS = ['fp32', 'int8', 'int4'] as const;

/** Our decoder in each precision. */
export function ourContenders(model: string, precisions: readonly string[]): readonly Contender[] {
  return precisions.map((precision) => ours(`oneshot ${precision}`, model, precision, 'in place'));
}

/** The same graph through onnxruntime-node's own `run`, which copies the key-value cache for every token. */
export function plainRun(model: string): Contender {
  return ours('session.run() fp32', model, 'fp32', 'copying');
}

function ours(name: string, model: string, precision: string, way: string): Contender {
  const program = join(import.meta.dirname, 'decode-ours.ts');
  return { name, command: process.execPath, args: [program, precision, way], model };
}
