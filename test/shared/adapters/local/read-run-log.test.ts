import { appendFileSync, renameSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogPlace, readRunLog } from '#shared/adapters/local/read-run-log.ts';
import { keepInRunLog, runLogFiles } from '#shared/adapters/local/run-log.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-read-log-'));
});
afterEach(() => rm(home, { recursive: true }));

const say = (step: number) =>
  keepInRunLog(home, 'r', { level: 'info', event: 'step', run: 'r', step }, 1_800_000_000_000 + step);
const fillUp = () => {
  const [before, now] = runLogFiles(home, 'r');
  renameSync(now, before);
};
/** Steps of all entries behind a place, in parts of so many. */
function stepsFrom(after: LogPlace | undefined, most: number) {
  const steps: unknown[] = [];
  for (let place = after; ; ) {
    const { entries, end, more } = readRunLog(home, 'r', place, most);
    steps.push(...entries.map((entry) => entry['step']));
    place = end;
    if (!more) return { steps, end };
  }
}

describe('what is read of the log of a run', () => {
  it('is nothing where there is no log', () => {
    expect(readRunLog(home, 'r', undefined, 5)).toEqual({ entries: [], end: undefined, more: false });
  });

  it.each([1, 2, 100])('is each entry once in parts of %s, over both files, and then what is new', (most) => {
    for (const step of [1, 2, 3]) say(step);
    fillUp();
    for (const step of [4, 5]) say(step);
    const { steps, end } = stepsFrom(undefined, most);
    expect(steps).toEqual([1, 2, 3, 4, 5]);
    say(6);
    fillUp();
    say(7);
    expect(stepsFrom(end, most).steps).toEqual([6, 7]);
  });

  it('begins anew behind a place whose file has gone', () => {
    say(1);
    const { end } = stepsFrom(undefined, 9);
    for (const step of [2, 3]) {
      fillUp();
      say(step);
    }
    expect(stepsFrom(end, 9).steps).toEqual([2, 3]);
  });

  it('leaves out what is no entry, and waits for the end of a line', () => {
    say(1);
    const [, now] = runLogFiles(home, 'r');
    appendFileSync(now, `no entry\n${'x'.repeat(1 << 19)}\n`);
    say(2);
    appendFileSync(now, '{"level":"info","event":"step","step":');
    const { steps, end } = stepsFrom(undefined, 9);
    expect(steps).toEqual([1, 2]);
    appendFileSync(now, '3}\n');
    expect(stepsFrom(end, 9).steps).toEqual([3]);
  });
});
