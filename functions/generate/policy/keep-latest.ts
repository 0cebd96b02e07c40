/** Remembers the last thing that `make` made, and frees it before making another: models are large. */
export function keepLatest<K, T extends { release(): Promise<void> }, More extends unknown[] = []>(
  make: (key: K, ...more: More) => Promise<T>,
  nameOf: (key: K) => string = String,
): (key: K, ...more: More) => Promise<T> {
  let held: { name: string; thing: T } | undefined;
  return async (key, ...more) => {
    const name = nameOf(key);
    if (held?.name === name) return held.thing;
    const { thing } = held ?? {};
    held = undefined;
    await thing?.release();
    held = { name, thing: await make(key, ...more) };
    return held.thing;
  };
}
