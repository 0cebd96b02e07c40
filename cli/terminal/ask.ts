import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

/**
 * Asks a question on a terminal whose answer is yes or no; yes by default. An input that ends says no.
 *
 * @param question - without the words to choose from
 */
export async function ask(question: string, input: Readable, output: Writable): Promise<boolean> {
  // Lines as the terminal gives them: Ctrl-C stays a signal.
  const lines = createInterface({ input, terminal: false });
  try {
    output.write(`${question} [Y/n] `);
    for await (const line of lines) {
      const word = line.trim().toLowerCase();
      if (['', 'y', 'yes'].includes(word)) return true;
      if (['n', 'no'].includes(word)) return false;
      output.write('Say y or n. [Y/n] ');
    }
    output.write('\n');
    return false;
  } finally {
    lines.close();
  }
}
