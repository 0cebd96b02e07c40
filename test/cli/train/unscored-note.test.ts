import { expect, it } from 'vitest';
import { unscoredNote } from '#cli/train/unscored-note.ts';

it('names the checkpoints that are not scored, and the command for them', () => {
  const here = unscoredNote('r', { unscored: [55, 60], total: 13 }, { home: '.oneshot' });
  expect(here).toBe(
    'Not scored yet: 2 of 13 checkpoints (steps 55, 60). `oneshot eval r --home .oneshot` scores them.\n',
  );
  const there = unscoredNote('r', { unscored: [60], total: 13 }, { home: '.oneshot', aws: 'aws.json' });
  expect(there).toContain('(step 60). `oneshot eval r --aws aws.json` waits for their scores.');
});

it('says nothing where all are scored', () => {
  expect(unscoredNote('r', { unscored: [], total: 13 }, { home: '.oneshot' })).toBe('');
});
