/** Works something out once for each object, and keeps it as long as that one: only of objects that never change. */
export function onceFor<Of extends object, Found extends object>(work: (of: Of) => Found): (of: Of) => Found {
  const known = new WeakMap<Of, Found>();
  return (of) => {
    const found = known.get(of) ?? work(of);
    known.set(of, found);
    return found;
  };
}
