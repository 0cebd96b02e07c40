import { isCode } from '#shared/adapters/local/explain-disk-error.ts';
import { KnownError } from '#shared/errors.ts';

/** Exit codes: 0 done · 1 an error that the message explains · 2 wrong usage · 70 a defect · 130 interrupted · 141 unread. */
const KNOWN = 1;
const DEFECT = 70;
const INTERRUPTED = 130;
const UNREAD = 141;

/** Runs a command to its end and turns what it throws into one message and an exit code. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  // The processes of the command end with it.
  process.once('SIGINT', () => {
    process.stderr.write('\noneshot: interrupted. Run the same command again to go on.\n');
    process.exit(INTERRUPTED);
  });
  process.stdout.on('error', (error) => {
    if (!isCode(error, 'EPIPE')) throw error;
    process.exit(UNREAD); // as other programs whose reader has gone, such as `head`
  });
  try {
    await command();
  } catch (error) {
    if (error instanceof KnownError) {
      process.stderr.write(`oneshot: ${error.message} [${error.code}]\n`);
      process.exitCode = KNOWN;
    } else {
      const stack = error instanceof Error ? error.stack : String(error);
      process.stderr.write(`oneshot: this is a defect, please report it.\n${stack}\n`);
      process.exitCode = DEFECT;
    }
  }
}
