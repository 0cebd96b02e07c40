/**
 * Remembers the last thing that `make` made, and frees it before making another: models are large. Whoever asks for a thing that is
 * being made waits for that; nobody may ask for another while one is in use.
 */
export function keepLatest<K, T extends { release(): Promise<void> }, More extends unknown[] = []>(
  make: (key: K, ...more: More) => Promise<T>,
  nameOf: (key: K) => string = String,
): (key: K, ...more: More) => Promise<T> {
  let held: { name: string; thing: Promise<T> } | undefined;
  return async (key, ...more) => {
    const name = nameOf(key);
    if (held?.name === name) return held.thing;
    const before = held?.thing;
    const latest = { name, thing: after(before, () => make(key, ...more)) };
    held = latest;
    try {
      return await latest.thing;
    } catch (error) {
      if (held === latest) held = undefined;
      throw error;
    }
  };
}

async function after<T>(
  before: Promise<{ release(): Promise<void> }> | undefined,
  make: () => Promise<T>,
): Promise<T> {
  const thing = await before?.catch(() => undefined); // nothing to free
  await thing?.release();
  return make();
}
