import { expect, it } from 'vitest';
import { readerNotes } from '#functions/dashboard/audit/reader-notes.ts';
import type { NoteView } from '#functions/results/evaluations/notes.ts';

const scored = Array.from({ length: 10 }, (_, index) => ({
  problem: `${index < 6 ? 'sums' : 'products'}/${index}`,
  verdicts: { reward: { verdict: 'correct' as const, reason: '' } },
}));

function noteOn(index: number, changed: Partial<NoteView> = {}): NoteView {
  return {
    ...{ note: String(index), evaluation: 'e', problem: scored[index]?.problem ?? '', sample: 0 },
    ...{ grader: 'reward', said: 'correct', holds: 'incorrect', text: null },
    ...{ createdAt: `2026-11-30T09:00:0${index}.000Z` },
    ...changed,
  };
}

it('counts completions by what is said of them, of those that the grader judged', () => {
  const found = readerNotes([noteOn(0), noteOn(1), noteOn(7)], scored);
  expect(found).toMatchObject({ noted: 3, of: 10, share: 0.3 });
  expect(found.kinds).toMatchObject([
    { benchmark: 'sums', grader: 'reward', said: 'correct', holds: 'incorrect', noted: 2, of: 6 },
    { benchmark: 'products', noted: 1, of: 4, share: 0.25 },
  ]);
  const [low = 0, high = 0] = found.interval ?? [];
  expect([low < 0.3, high > 0.3]).toEqual([true, true]);
});

it('counts a completion once, however many notes it has', () => {
  const twice = [noteOn(0), noteOn(0, { note: 'x', text: 'another reason' })];
  expect(readerNotes(twice, scored)).toMatchObject({ noted: 1, kinds: [{ noted: 1 }] });
});

it('has the newest note first, and no share where nothing is scored', () => {
  const { notes } = readerNotes([noteOn(0), noteOn(3), noteOn(1)], scored);
  expect(notes.map(({ note }) => note)).toEqual(['3', '1', '0']);
  expect(readerNotes([noteOn(0)], [])).toMatchObject({ noted: 1, of: 0, share: null, interval: null });
});
