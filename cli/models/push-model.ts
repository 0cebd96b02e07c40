import { openPlace } from '#shared/adapters/open-place.ts';
import { Progress } from '../terminal/progress.ts';
import { settleModel } from './settle-model.ts';

/** Brings a model into the store; prints the digest that requests name it by. */
export async function pushModel(
  name: string,
  options: { readonly home: string; readonly aws?: string | undefined; readonly json: boolean },
): Promise<void> {
  const place = await openPlace(options);
  const progress = new Progress(process.stderr, options.json);
  const onStoring = () => progress.show({ phase: 'storing', text: `storing ${name}` });
  const model = await settleModel(place.store, name, { env: process.env, progress, onStoring }).finally(() =>
    progress.clear(),
  );
  process.stdout.write(options.json ? `${JSON.stringify({ model })}\n` : `${model}\n`);
  place.close();
}
