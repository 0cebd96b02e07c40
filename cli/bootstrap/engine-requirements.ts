import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package/package-root.ts';

/**
 * The pinned Python packages of the engine, torch first: what comes after it must find it installed, or pip pulls a
 * build of its own choice.
 *
 * @param dev - test and lint tools too
 */
export async function engineRequirements(dev: boolean): Promise<readonly string[]> {
  const project = await readFile(join(packageRoot, 'trainer/engine/pyproject.toml'), 'utf8');
  return [...pins(project, 'dependencies'), ...(dev ? pins(project, 'dev') : [])];
}

/** The strings of a one-line TOML array, which is how that file writes its pins. */
function pins(toml: string, key: string): string[] {
  const line = toml.split('\n').find((candidate) => candidate.startsWith(`${key} = [`));
  if (!line) throw new Error(`trainer/engine/pyproject.toml has no line "${key} = [...]"`);
  return [...line.matchAll(/"([^"]+)"/g)].map(([, pin]) => pin as string); // the pattern has one group
}
