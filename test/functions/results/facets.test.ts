import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrow } from '#functions/results/facets.ts';

interface Thing {
  readonly colour: string;
  readonly big: boolean;
}
const thing = fc.record({ colour: fc.constantFrom('red', 'blue', 'grey'), big: fc.boolean() });

describe('narrow', () => {
  it('counts for each value what the list would hold with it, whatever else is asked for', () => {
    const wanted = fc.record(
      { colour: fc.constantFrom('red', 'blue', 'none'), big: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(thing), wanted, (things, { colour, big }) => {
        const { matching, counts } = narrowed(things, colour, big);
        expect(matching).toEqual(narrowBy(things, colour, big));
        for (const each of ['red', 'blue', 'grey'])
          expect(counts.colour[each] ?? 0).toBe(narrowBy(things, each, big).length);
        for (const each of [true, false])
          expect(counts.big[String(each)] ?? 0).toBe(narrowBy(things, colour, each).length);
      }),
    );
  });
});

function narrowed(things: readonly Thing[], colour: string | undefined, big: boolean | undefined) {
  const facets = {
    colour: { of: (each: Thing) => each.colour, wanted: colour },
    big: { of: (each: Thing) => each.big, wanted: big },
  };
  return narrow(things, facets, (each) => each);
}

function narrowBy(things: readonly Thing[], colour: string | undefined, big: boolean | undefined) {
  return things.filter(
    (each) => (colour === undefined || each.colour === colour) && (big === undefined || each.big === big),
  );
}
