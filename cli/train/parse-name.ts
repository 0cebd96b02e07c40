import { KnownError } from '#shared/errors.ts';
import { RunId } from '#shared/records/ids.ts';

/** What `--name` says. @throws {KnownError} `config-invalid` */
export function parseName(name: string): string {
  const parsed = RunId.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new KnownError(
    'config-invalid',
    `"${name}" is no run name: use a-z, 0-9, - and _, at most 64 characters.`,
  );
}
