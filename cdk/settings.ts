import type { Node } from 'constructs';
import { z } from 'zod';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { KnownError } from '#shared/errors.ts';

/** A whole number that Lambda or SQS takes. */
const within = (least: number, most: number) => z.coerce.number().int().min(least).max(most).optional();

/** Where `limits.ts` has another value than the command line. */
const OF_LAMBDA = [
  'generateMemoryMib',
  'generateDiskMib',
  'generateTimeoutSeconds',
  'generateConcurrency',
] as const;

/** What `-c name=value` may say of a deployment. */
export const Settings = z
  .strictObject({
    /** `emulator`: ministack on this machine, which has no TLS and no publishing roles. */
    target: z.enum(['aws', 'emulator']).default('aws'),
    /**
     * Who makes completions: Lambda, containers that poll the queue and are run by somebody else, or a stack of GPU Spot machines
     * with vLLM, which asks for `gpuImage`.
     */
    generator: z.enum(['lambda', 'container', 'gpu']).default('lambda'),
    /** Image of `functions/container/Dockerfile.gpu`. */
    gpuImage: z.string().min(1).optional(),
    /** GPU machines that begin when messages wait, and at the same time at most. */
    gpuMachines: z.coerce.number().int().min(1).max(32).default(1),
    /** Memory of the generate function, which also buys processors: 1,769 MiB for one, 10,240 for six. New accounts get 3,008 at most. */
    generateMemoryMib: within(1024, 10_240),
    /** Its disk: model files, and while a model is rounded its weights beside what is made of them. */
    generateDiskMib: within(1024, 10_240),
    /** Its time limit. A message stays hidden for six of them, and stays in its queue. */
    generateTimeoutSeconds: within(15, 900),
    /** Environments of it at the same time, at most: what the queue's mapping takes. An account has 1,000 for all functions, a new one often 10. */
    generateConcurrency: within(2, 1000),
    /** Model servers that requests may name: JSON as in `ONESHOT_ENDPOINTS`, see `functions/admission/endpoint-settings.ts`. */
    endpoints: z
      .string()
      .startsWith('{')
      .refine((text) => jsonOrUndefined(text) !== undefined, 'is no JSON')
      .optional(),
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
  .refine(
    (settings) => settings.generator === 'lambda' || OF_LAMBDA.every((name) => settings[name] === undefined),
    {
      error: `${OF_LAMBDA.join(', ')} are of the generate function, which only -c generator=lambda has`,
    },
  )
  .refine(({ generator, gpuImage }) => (generator === 'gpu') === (gpuImage !== undefined), {
    error: 'generator=gpu needs gpuImage, and nothing else does',
  })
  .refine(({ generator, alarmEmail }) => generator !== 'gpu' || alarmEmail !== undefined, {
    error: 'generator=gpu needs alarmEmail as well: GPUs cost money while nobody looks',
  })
  .refine(({ trainer, alarmEmail }) => trainer === undefined || alarmEmail !== undefined, {
    error: 'trainer needs alarmEmail as well: GPUs cost money while nobody looks',
  });
export type Settings = z.infer<typeof Settings>;

const NAMES = [
  'target',
  'generator',
  'gpuImage',
  'gpuMachines',
  ...OF_LAMBDA,
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

/** What evaluations call the server that GPU workers manage. */
export const GPU_ENDPOINT = 'gpu';
const GPU_SERVER = { url: 'http://127.0.0.1:8000', version: 'vllm/0.32.0 fp32', concurrency: 256 };

/** The model servers that requests may name: with GPU workers that of each worker, as `gpu`. */
export function endpointsOf({ generator, endpoints }: Settings): string | undefined {
  if (generator !== 'gpu') return endpoints;
  const given = endpoints === undefined ? {} : jsonOrUndefined(endpoints);
  return JSON.stringify({ ...(given as object), [GPU_ENDPOINT]: GPU_SERVER }); // the settings are an object
}
