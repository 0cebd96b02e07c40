import { describe, expect, it } from 'vitest';
import { progressText } from '#cli/verify/batch-progress.ts';

describe('progressText', () => {
  it('shows share, cases, rate and the time that is left', () => {
    expect(progressText({ cases: 30_000, elapsedMs: 3000, share: 0.25 })).toBe(
      'verify ██████░░░░░░░░░░░░░░░░░░ 25 % · 30,000 cases · 10,000/s · 9 s left',
    );
  });

  it('counts in minutes what takes long', () => {
    expect(progressText({ cases: 1, elapsedMs: 10_000, share: 0.1 })).toContain(' · 1 min 30 s left');
  });

  it('promises no end where it knows none', () => {
    expect(progressText({ cases: 3000, elapsedMs: 3000, share: undefined })).toBe(
      'verify 3,000 cases · 1,000/s',
    );
    expect(progressText({ cases: 0, elapsedMs: 3000, share: 0 })).not.toContain('left');
  });
});
