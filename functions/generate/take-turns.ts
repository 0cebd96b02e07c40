/** What is done in turn. */
export interface InTurn {
  /** Names the work: of one name only one is done at a time. */
  readonly name: string;
  /** With which it may share its time; without one it is done alone. */
  readonly company: string | undefined;
}

/** Does work when its turn comes. */
export type TakeTurn = <T>(turn: InTurn, work: () => Promise<T>) => Promise<T>;

/**
 * A function that runs what it is given in the order of the calls: one after the other, but for neighbours of one company, which
 * run side by side.
 */
export function takeTurns(): TakeTurn {
  const undone = new Set<InTurn & { readonly end: Promise<unknown> }>();
  return async (turn, work) => {
    const before = [...undone].filter((other) => excludes(other, turn)).map(({ end }) => end);
    const mine = Promise.all(before).then(work);
    const end = mine.catch(() => {}); // its caller learns of an error; the next one need not
    const entry = { ...turn, end };
    undone.add(entry);
    try {
      return await mine;
    } finally {
      undone.delete(entry);
    }
  };
}

function excludes(one: InTurn, other: InTurn): boolean {
  return one.company === undefined || one.company !== other.company || one.name === other.name;
}
