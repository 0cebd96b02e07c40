import type { Node } from 'constructs';
import { z } from 'zod';
import { KnownError } from '#shared/errors.ts';

/** What `-c name=value` may say of a deployment. */
export const Settings = z
  .strictObject({
    /** `emulator`: ministack on this machine, which has no TLS and no publishing roles. */
    target: z.enum(['aws', 'emulator']).default('aws'),
    /** Who makes completions: Lambda, or containers that poll the queue and are run by somebody else. */
    generator: z.enum(['lambda', 'container']).default('lambda'),
    /** Model servers that requests may name: JSON as in `ONESHOT_ENDPOINTS`, see `functions/admission/endpoint-settings.ts`. */
    endpoints: z.string().startsWith('{').optional(),
    /** Image of the trainer; deploys its stack. */
    trainer: z.string().min(1).optional(),
    /** Hears of every alarm. */
    alarmEmail: z.email().optional(),
    /** USD a month for the trainer; its alarm rings at 80 % of it. */
    trainerBudgetUsd: z.coerce.number().positive().default(200),
    /** Days after which a training job is told to stop, whatever it does; it goes on when it is submitted again. */
    trainerDays: z.coerce
      .number()
      .min(1 / 24)
      .max(365)
      .default(3),
  })
  .refine(({ trainer, alarmEmail }) => trainer === undefined || alarmEmail !== undefined, {
    error: 'trainer needs alarmEmail as well: GPUs cost money while nobody looks',
  });
export type Settings = z.infer<typeof Settings>;

const NAMES = [
  'target',
  'generator',
  'endpoints',
  'trainer',
  'alarmEmail',
  'trainerBudgetUsd',
  'trainerDays',
] as const;

/** The settings of an app by its context. @throws {KnownError} `context-invalid` */
export function readSettings(node: Node): Settings {
  const given = NAMES.map((name) => [name, node.tryGetContext(name) as unknown] as const);
  const result = Settings.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (result.success) return result.data;
  const detail = result.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
  throw new KnownError('context-invalid', `The context cannot be deployed: ${detail}. See cdk/settings.ts.`);
}
