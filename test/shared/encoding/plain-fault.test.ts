import { expect, it } from 'vitest';
import { z } from 'zod';
import { plainFault } from '#shared/encoding/plain-fault.ts';

const whole = z.number().int();

it.each([
  [z.string(), undefined, 'it is missing'],
  [z.number(), 'x', 'it must be of the kind number'],
  [z.enum(['k1', 'k2']), 'k9', 'it must be one of "k1", "k2"'],
  [z.array(z.number()).min(2), [1], 'it must have at least 2 items'],
  [z.string().max(2), 'abc', 'it must have at most 2 characters'],
  [z.number().min(0), -1, 'it must be at least 0'],
  [z.number().gt(0), 0, 'it must be above 0'],
  [z.number().max(1), 2, 'it must be at most 1'],
  [z.number().lt(1), 1, 'it must be below 1'],
  [z.union([z.string(), z.number()]), null, 'it has none of the forms that it may have'],
  [whole.refine((value) => value > 7, 'seven is not enough'), 7, 'seven is not enough'],
])('says in words of its own what zod finds: %#', (schema, value, told) => {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  expect(plainFault(issue?.message ?? '')).toBe(told);
});
