import { expect, it } from 'vitest';
import { checkDeletable } from '#shared/storage/check-deletable.ts';

it('only objects under pending/ and state/ may be deleted', () => {
  expect(checkDeletable('pending/a')).toBe('pending/a');
  expect(checkDeletable('state/run/b')).toBe('state/run/b');
  for (const key of ['pending', 'statement/a', 'runs/a', 'a/pending/b', '', '/pending/a']) {
    expect(() => checkDeletable(key)).toThrow(expect.objectContaining({ code: 'delete-forbidden' }));
  }
});
