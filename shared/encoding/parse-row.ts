import type { z } from 'zod';
import { plainFault } from './plain-fault.ts';

/** A value by its schema. @throws an error that names each member which is not as it should be, and why */
export function parseRow<T>(schema: z.ZodType<T>, value: unknown): T {
  const row = schema.safeParse(value);
  if (row.success) return row.data;
  throw new Error(
    row.error.issues.map(({ path, message }) => [...path, plainFault(message)].join(': ')).join('; '),
  );
}
