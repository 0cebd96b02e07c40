/**
 * The stable codes of errors, in one table: each file beside this one holds those of an area. What hangs on a code, such
 * as a status, an exit code or whether a round ends, is said there and nowhere else. `docs/errors.md` is made of it.
 */
import type { CodeFacts, CodeRole } from './code-facts.ts';
import { commandLine } from './command-line.ts';
import { downloads } from './downloads.ts';
import { engine } from './engine.ts';
import { evaluation } from './evaluation.ts';
import { httpApi } from './http-api.ts';
import { hub } from './hub.ts';
import { modelServers } from './model-servers.ts';
import { models } from './models.ts';
import { storage } from './storage.ts';
import { training } from './training.ts';

/** All codes by area, in the order of the page about them. */
export const codeAreas = {
  'The command line': commandLine,
  'Training runs': training,
  'The engine and the sampler of a run': engine,
  Models: models,
  'The hub of models': hub,
  Evaluations: evaluation,
  'Inference servers': modelServers,
  'The HTTP API': httpApi,
  Downloads: downloads,
  'Stores, queues, disks and AWS': storage,
} as const;

const codes = {
  ...commandLine,
  ...training,
  ...engine,
  ...models,
  ...hub,
  ...evaluation,
  ...modelServers,
  ...httpApi,
  ...downloads,
  ...storage,
} as const;

/** A code of this program, such as `disk-full`. A misspelt one does not compile. */
export type ErrorCode = keyof typeof codes;

/** What hangs on a code; nothing on one that another version of this program wrote. */
export function factsOf(code: string): CodeFacts | undefined {
  return Object.hasOwn(codes, code) ? codes[code as ErrorCode] : undefined; // as `hasOwn` has just found
}

/** Whether a program that meets the code plays the role; an unknown code has none. */
export function hasRole(code: string, role: CodeRole): boolean {
  return factsOf(code)?.roles?.includes(role) ?? false;
}
