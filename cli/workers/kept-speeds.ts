import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { userCache } from '#shared/adapters/disk/user-cache.ts';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';

const count = z.number().int().positive();

/** On what speeds depend. */
const Measured = z.strictObject({ processor: z.string(), cores: count, decoder: z.string() });
export type Measured = z.infer<typeof Measured>;

const KeptSpeeds = z.strictObject({
  schemaVersion: z.literal(1),
  of: Measured,
  /** Milliseconds since 1970. */
  at: z.number(),
  speeds: z
    .array(z.strictObject({ workers: count, threads: count, tokensPerSecond: z.number().positive() }))
    .min(1),
});
export type KeptSpeeds = z.infer<typeof KeptSpeeds>;

/** Where the speeds of this machine are kept. */
export function speedsFile(env: NodeJS.ProcessEnv): string {
  return join(userCache(env), 'worker-speeds.json');
}

/** This machine, and the decoder of this version. */
export function measuredHere(cores: number): Measured {
  return { processor: cpus()[0]?.model ?? 'unknown', cores, decoder: generatorVersion };
}

/** What is kept of the same machine and decoder; nothing where that cannot be read, so that it is measured again. */
export function readSpeeds(file: string, of: Measured): KeptSpeeds | undefined {
  const { data } = KeptSpeeds.safeParse(jsonOrUndefined(textOf(file)));
  const isSame = Measured.keyof().options.every((name) => data?.of[name] === of[name]);
  return isSame ? data : undefined;
}

/** Keeps speeds for the next command; where nothing can be written, that one measures again. @returns whether they are kept */
export async function keepSpeeds(file: string, speeds: KeptSpeeds): Promise<boolean> {
  const draft = `${file}.${process.pid}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, `${JSON.stringify(speeds)}\n`);
    await rename(draft, file);
    return true;
  } catch {
    await rm(draft, { force: true }).catch(() => {});
    return false;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
