/** A function that runs what it is given one after the other, in the order of the calls. */
export function takeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {}); // its caller learns of an error; the next one need not
    return mine;
  };
}
