import { messageOf } from '../../errors.ts';
import { openCopyingSession } from './copying-session.ts';
import type { GraphSession, SessionOptions } from './graph-session.ts';
import { openNativeSession } from './native-session.ts';
import { passesSelfTest } from './self-test.ts';

export type Way = GraphSession['way'];

/** How ONNX Runtime is driven on this machine, and why not in place where it is not. */
export interface WorkingWay {
  readonly way: Way;
  readonly reason?: string;
}

let working: Promise<WorkingWay> | undefined;

/** In place, where the library can be called so and computes what it should; found out once for a process. */
export function workingWay(): Promise<WorkingWay> {
  working ??= tryInPlace();
  return working;
}

/**
 * Opens a graph in the faster way that works on this machine.
 *
 * @param way - takes this one
 * @throws {KnownError} `inference-failed` where ONNX Runtime refuses the graph; an Error where it cannot be called at all
 */
export async function openSession(
  graph: Uint8Array,
  options: SessionOptions,
  way?: Way,
): Promise<GraphSession> {
  return (way ?? (await workingWay()).way) === 'in place'
    ? openNativeSession(graph, options)
    : openCopyingSession(graph, options);
}

async function tryInPlace(): Promise<WorkingWay> {
  try {
    if (await passesSelfTest(openNativeSession)) return { way: 'in place' };
    return { way: 'copying', reason: 'it computes a small graph wrongly in place' };
  } catch (error) {
    return { way: 'copying', reason: messageOf(error) };
  }
}
