/**
 * Between a command and its terminal: how it starts and ends (`runCommand`, `failure.ts`, `exit-codes.ts`), what it says of
 * words that it does not understand (`strict-command.ts`, `usage-error.ts`), how it shows that it goes on (`progress.ts`,
 * `status-line.ts`, `pace.ts`), and what of that `--quiet` (`quiet.ts`) and colours (`colour.ts`) change. Loaded by every
 * command line, so it stays light; imports no other room.
 */
import { isCode } from '#shared/adapters/disk/explain-disk-error.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { EXIT } from './exit-codes.ts';
import { type Failure, failureOf, renderFailure } from './failure.ts';

/** Commands that go on where they stopped when they are given again. */
const RESUMABLE: ReadonlySet<string> = new Set([
  'oneshot demo',
  'oneshot train',
  'oneshot eval',
  'oneshot data pull',
  'oneshot data push',
  'oneshot model pull',
  'oneshot model push',
  'oneshot completions push',
  'oneshot bootstrap',
  'oneshot vllm install',
]);

interface Invocation {
  /** A failure is one JSON object on standard output, where whoever reads the command's lines finds it. */
  readonly json: boolean;
  /** The command that is running, such as `oneshot data push`, as soon as that is known. */
  readonly command: () => string;
}

/** Runs a command to its end and turns what it throws into one message and an exit code. */
export async function runCommand(
  work: () => Promise<void>,
  { json = false, command = () => '' }: Partial<Invocation> = {},
): Promise<void> {
  const report = (failure: Failure) => {
    (json ? process.stdout : process.stderr).write(renderFailure(failure, json));
    return failure.exitCode;
  };
  // The processes of the command end with it.
  const end = (code: 'interrupted' | 'terminated', exitCode: number) => {
    const advice = RESUMABLE.has(command()) ? ' Run the same command again to go on.' : '';
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.exit(report({ exitCode, code, message: `${code}.${advice}` }));
  };
  process.once('SIGINT', () => end('interrupted', EXIT.interrupted));
  process.once('SIGTERM', () => end('terminated', EXIT.terminated));
  process.stdout.on('error', (error) => process.exit(unwritable(error)));
  process.stderr.on('error', (error) => process.exit(isCode(error, 'EPIPE') ? EXIT.unread : EXIT.failed));
  process.on('uncaughtException', (error) => process.exit(report(failureOf(error, command()))));
  try {
    await work();
  } catch (error) {
    process.exitCode = report(failureOf(error, command()));
  }
}

/** The exit code when standard output cannot be written; a reader that has gone, such as `head`, is no error to tell. */
function unwritable(error: Error): number {
  if (isCode(error, 'EPIPE')) return EXIT.unread;
  const why = `standard output cannot be written (${messageOf(error)}). Make room, or send it elsewhere.`;
  process.stderr.write(renderFailure(failureOf(new KnownError('output-unwritable', why), ''), false));
  return EXIT.failed;
}
