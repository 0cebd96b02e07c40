import { openPlace } from '#shared/adapters/open-place.ts';
import { Progress } from '../terminal/progress.ts';
import { storeModel } from './store-model.ts';

/** Brings a model folder into the store; prints the digest that requests name it by. */
export async function pushModel(
  directory: string,
  options: { readonly home: string; readonly aws?: string | undefined; readonly json: boolean },
): Promise<void> {
  const place = await openPlace(options);
  const progress = new Progress(process.stderr, options.json);
  progress.show({ phase: 'pushing', text: `pushing ${directory}` });
  const model = await storeModel(place.store, directory).finally(() => progress.clear());
  process.stdout.write(options.json ? `${JSON.stringify({ model })}\n` : `${model}\n`);
  place.close();
}
