import { z } from '@hono/zod-openapi';

/** An array whose length is looked at before its elements: a body full of nonsense costs one complaint. */
export function boundedArray<S extends z.ZodType>(element: S, { min, max }: { min: number; max: number }) {
  const array = z.array(element).min(min).max(max);
  const bounded = z.preprocess((value, context) => {
    if (!Array.isArray(value) || value.length <= max) return value;
    context.addIssue({ code: 'custom', message: `at most ${max} elements, not ${value.length}` });
    return z.NEVER;
  }, array);
  return bounded as z.ZodType<z.output<S>[], z.input<S>[]>; // what goes in is what the array takes
}
