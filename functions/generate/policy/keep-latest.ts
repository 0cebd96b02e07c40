/** Remembers the last thing that `make` made, and frees it before making another: models are large. */
export function keepLatest<K, T extends { release(): Promise<void> }>(
  make: (key: K) => Promise<T>,
  nameOf: (key: K) => string = String,
): (key: K) => Promise<T> {
  let held: { name: string; thing: T } | undefined;
  return async (key) => {
    const name = nameOf(key);
    if (held?.name === name) return held.thing;
    const { thing } = held ?? {};
    held = undefined;
    await thing?.release();
    held = { name, thing: await make(key) };
    return held.thing;
  };
}
