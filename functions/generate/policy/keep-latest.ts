/** Remembers the last thing that `make` made, and frees it before making another: models are large. */
export function keepLatest<T extends { release(): Promise<void> }>(
  make: (name: string) => Promise<T>,
): (name: string) => Promise<T> {
  let held: { name: string; thing: T } | undefined;
  return async (name) => {
    if (held?.name === name) return held.thing;
    const { thing } = held ?? {};
    held = undefined;
    await thing?.release();
    held = { name, thing: await make(name) };
    return held.thing;
  };
}
