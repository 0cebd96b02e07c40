import { describe, expect, it } from 'vitest';
import { failureOf, renderFailure } from '#cli/terminal/failure.ts';
import { UsageError } from '#cli/terminal/usage-error.ts';
import { KnownError } from '#shared/errors.ts';

const known = new KnownError('store-unwritable', 'The folder x cannot be used.');
const usage = new UsageError('oneshot train', "unknown option '--stps'. Did you mean --steps?");

describe('a failure', () => {
  it('ends a command with 1, and with 2 where 1 is an answer', () => {
    expect(failureOf(known, 'oneshot train').exitCode).toBe(1);
    expect(failureOf(known, 'oneshot verify').exitCode).toBe(2);
  });

  it('of usage ends it with 2 and names the command whose help to read', () => {
    const failure = failureOf(usage, 'oneshot');
    expect(failure.exitCode).toBe(2);
    expect(renderFailure(failure, false)).toBe(
      'oneshot: error: unknown option \'--stps\'. Did you mean --steps? [usage]\nSee "oneshot train --help".\n',
    );
    const unknown = new KnownError('recipe-unknown', 'There is no recipe x.');
    expect(failureOf(unknown, 'oneshot recipes')).toMatchObject({
      exitCode: 2,
      help: 'oneshot recipes --help',
    });
  });

  it('that nobody foresaw ends it with 70 and keeps its stack', () => {
    const failure = failureOf(new Error('oh'), 'oneshot verify');
    expect(failure.exitCode).toBe(70);
    expect(renderFailure(failure, false)).toMatch(
      /^oneshot: this is a defect.*\[defect\]\nError: oh\n {4}at /,
    );
  });

  it('is one JSON object if asked, without what does not apply', () => {
    const objects = [known, usage, new Error('oh')].map((error) =>
      JSON.parse(renderFailure(failureOf(error, 'oneshot train'), true)),
    );
    expect(objects).toEqual([
      { error: { code: 'store-unwritable', message: known.message, exitCode: 1 } },
      { error: { code: 'usage', message: usage.message, help: 'oneshot train --help', exitCode: 2 } },
      { error: { code: 'defect', message: expect.any(String), stack: expect.any(String), exitCode: 70 } },
    ]);
  });
});
