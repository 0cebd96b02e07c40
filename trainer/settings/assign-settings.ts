import { z } from 'zod';
import { plainFault } from '#shared/encoding/plain-fault.ts';
import { KnownError } from '#shared/errors.ts';
import { RunSettings } from './config.ts';
import { nearNames, settingSchemas } from './setting-names.ts';

/**
 * Settings with single values replaced, each given as text: `optim.learningRate=2e-6`. A value is read as JSON where
 * the setting takes it so, else as the text itself.
 *
 * @throws {KnownError} `setting-unknown`, naming near ones; `setting-invalid` for a value that the setting does not
 *   take, or that does not apply beside the others
 */
export function assignSettings(settings: RunSettings, assignments: readonly string[]): RunSettings {
  const values = assignments.map(parseAssignment);
  let draft: unknown = settings;
  for (const { path, value } of values) draft = replaced(draft, path, value);
  const parsed = RunSettings.safeParse(draft);
  if (!parsed.success) throw new KnownError('setting-invalid', z.prettifyError(parsed.error));
  for (const { path, value } of values) {
    const held = path.reduce<unknown>(
      // Settings are objects down to their values.
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      parsed.data,
    );
    if (held === undefined && value !== undefined) {
      const name = path.join('.');
      const message = `${name} does not apply here: another setting of ${path.slice(0, -1).join('.')} leaves it out.`;
      throw new KnownError('setting-invalid', `${message} See oneshot recipes NAME for all settings.`);
    }
  }
  return parsed.data;
}

interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
}

function parseAssignment(text: string): Assignment {
  const [name = '', ...rest] = text.split('=');
  const schemas = settingSchemas.get(name);
  if (!schemas) {
    const near = nearNames(name);
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw new KnownError(
      'setting-unknown',
      `There is no setting ${name}.${hint} oneshot recipes NAME lists every setting.`,
    );
  }
  if (rest.length === 0) {
    throw new KnownError('setting-invalid', `Give ${name} a value: --set ${name}=VALUE.`);
  }
  return { path: name.split('.'), value: parseValue(name, rest.join('='), schemas) };
}

function parseValue(name: string, text: string, schemas: readonly z.ZodType[]): unknown {
  const readings = [...asJson(text), text];
  for (const reading of readings) {
    if (schemas.some((schema) => schema.safeParse(reading).success)) return reading;
  }
  const faults = schemas.flatMap((schema) => schema.safeParse(readings[0]).error?.issues ?? []);
  const reasons = [...new Set(faults.map(({ message }) => plainFault(message)))].join('; or: ');
  throw new KnownError('setting-invalid', `${name} cannot be ${text === '' ? 'empty' : text}: ${reasons}.`);
}

function asJson(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** A copy of nested objects with one value replaced. */
function replaced(object: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const held = (object ?? {}) as Record<string, unknown>; // a setting's parents are objects
  return { ...held, [key]: replaced(held[key], rest, value) };
}
