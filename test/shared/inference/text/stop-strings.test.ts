import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopStrings } from '#shared/inference/text/stop-strings.ts';

/** What is shown of pieces, one by one, and whether a stop string ended it. */
function shown(pieces: readonly string[], stops: readonly string[]) {
  const strings = new StopStrings(stops);
  const texts: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = strings.add(piece);
    texts.push(text);
    if (stopped) return { texts, stopped };
  }
  return { texts: [...texts, strings.end()], stopped: false };
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 });
const pieces = fc.array(text, { maxLength: 12 });
const stop = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });

describe('StopStrings', () => {
  it('shows what comes before a string, wherever pieces end', () => {
    fc.assert(
      fc.property(pieces, stop, (parts, end) => {
        const all = parts.join('');
        const at = all.indexOf(end);
        const { texts, stopped } = shown(parts, [end]);
        expect(stopped).toBe(at >= 0);
        expect(texts.join('')).toBe(at >= 0 ? all.slice(0, at) : all);
      }),
    );
  });

  it('shows none of several', () => {
    fc.assert(
      fc.property(pieces, fc.array(stop, { maxLength: 4 }), (parts, ends) => {
        const { texts, stopped } = shown(parts, ends);
        const all = texts.join('');
        expect(ends.some((end) => all.includes(end))).toBe(false);
        expect(parts.join('').startsWith(all)).toBe(true);
        if (!stopped) expect(all).toBe(parts.join(''));
      }),
    );
  });

  it('holds back no more than what may begin one', () => {
    const { texts } = shown(['the EN', 'Z END'], ['END']);
    expect(texts).toEqual(['the ', 'ENZ ']);
  });
});
