import { isCode } from '#shared/adapters/local/explain-disk-error.ts';
import { KnownError } from '#shared/errors.ts';
import { printableLines } from '#shared/printable.ts';

/**
 * Exit codes: 0 done · 1 an error that the message explains · 2 wrong usage · 70 a defect · 130 interrupted ·
 * 141 unread · 143 terminated.
 */
const KNOWN = 1;
const DEFECT = 70;
const SIGNALS = [
  { signal: 'SIGINT', code: 130, what: 'interrupted' },
  { signal: 'SIGTERM', code: 143, what: 'terminated' },
] as const;
const UNREAD = 141;

/**
 * Runs a command to its end and turns what it throws into one message and an exit code.
 *
 * @param goesOn - whether the command, given again, goes on where it was ended
 */
export async function runCommand(command: () => Promise<void>, goesOn = () => false): Promise<void> {
  for (const { signal, code, what } of SIGNALS) {
    process.once(signal, () => {
      process.stderr.write(`\noneshot: ${what}.${goesOn() ? ' Run the same command again to go on.' : ''}\n`);
      process.exit(code); // the processes of the command end with it
    });
  }
  process.stdout.on('error', (error) => {
    if (!isCode(error, 'EPIPE')) throw error;
    process.exit(UNREAD); // as other programs whose reader has gone, such as `head`
  });
  try {
    await command();
  } catch (error) {
    if (error instanceof KnownError) {
      process.stderr.write(`oneshot: ${printableLines(error.message)} [${error.code}]\n`);
      process.exitCode = KNOWN;
    } else {
      const stack = (error instanceof Error && error.stack) || String(error);
      process.stderr.write(`oneshot: this is a defect, please report it.\n${printableLines(stack)}\n`);
      process.exitCode = DEFECT;
    }
  }
}
