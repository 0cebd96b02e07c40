import { describe, expect, it } from 'vitest';
import { KnownError } from '#shared/errors.ts';
import { failureEntry, type LogEntry, parseLogEntry } from '#shared/log-entry.ts';

describe('parseLogEntry', () => {
  it('is what was written, key by key', () => {
    const entries: LogEntry[] = [
      { level: 'info', event: 'training-set', run: 'r', rows: 2, dropped: { overlong: 1, invalidLabel: 0 } },
      { event: 'a', detail: null, level: 'warning', whole: true },
      failureEntry('run-failed', new KnownError('disk-full', 'The disk is full.')),
    ];
    for (const entry of entries) {
      const line = JSON.stringify(entry);
      expect(JSON.stringify(parseLogEntry(line))).toBe(line);
    }
  });

  it.each([
    '{"level":"info","event":"st',
    'Loading checkpoint shards: 100%',
    '',
    '5',
    'null',
    '["level"]',
    '{"event":"step"}',
    '{"level":"fatal","event":"step"}',
    '{"level":"info","event":7}',
    '{"level":"info","event":"step","metrics":{"reward/mean":"high"}}',
  ])('is nothing where the line is no entry: %s', (line) => {
    expect(parseLogEntry(line)).toBeUndefined();
  });
});
