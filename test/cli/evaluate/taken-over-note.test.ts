import { expect, it } from 'vitest';
import { takenOverNote } from '#cli/evaluate/taken-over-note.ts';

it('completions that are taken over are told with the evaluations that they are from', () => {
  const [one, other] = ['a'.repeat(26), 'b'.repeat(26)];
  const from = [
    { evaluation: one, completions: 16 },
    { evaluation: other, completions: 8 },
  ];
  expect(takenOverNote({ schemaVersion: 1, from })).toEqual({
    entry: { event: 'completions-taken-over', completions: 24, from },
    text: `24 completions are taken over from evaluation ${one} (16), ${other} (8)`,
  });
});
