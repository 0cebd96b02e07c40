import { z } from '@hono/zod-openapi';
import { Digest, RunId } from '#shared/records/ids.ts';
import { pageOf } from '../../http/paging.ts';
import { TimeText } from '../../http/time-text.ts';

/** As `ModelUser` of `shared/storage/model-users.ts`. */
const ModelUserView = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(['base', 'fork']), run: RunId }),
    z.object({ kind: z.literal('checkpoint'), run: RunId, step: z.number().int() }),
    z.object({ kind: z.literal('evaluation'), evaluation: Digest }),
  ])
  .openapi('ModelUser', { description: 'A run, as what the model is to it, or an evaluation.' });

/** A model as listed. */
export const ModelListItem = z
  .object({
    model: Digest,
    createdAt: TimeText.meta({ description: 'When it was stored last.' }),
    state: z.enum(['used', 'unused', 'damaged']).meta({
      description: 'unused: no run and no evaluation names it, as one that was pushed and not asked for yet.',
    }),
    sizeBytes: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Of its files, which other models may share; null where damage hides it.' }),
    users: z.array(ModelUserView),
  })
  .openapi('ModelListItem');
export type ModelListItem = z.infer<typeof ModelListItem>;
export const ModelPage = pageOf(ModelListItem);
export type ModelPage = z.infer<typeof ModelPage>;
