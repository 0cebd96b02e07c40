import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ask } from '#cli/terminal/ask.ts';

async function asked(typed: string): Promise<{ readonly yes: boolean; readonly shown: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(typed);
  const yes = await ask('Fetch?', input, output);
  output.end();
  return { yes, shown: await text(output) };
}

describe('ask', () => {
  it.each([
    ['\n', true],
    ['y\n', true],
    [' YES \n', true],
    ['n\n', false],
    ['No\n', false],
    ['', false],
  ])('takes %j for %s', async (typed, yes) => {
    expect((await asked(typed)).yes).toBe(yes);
  });

  it('asks again for what is neither', async () => {
    const { yes, shown } = await asked('perhaps\nn\n');
    expect(yes).toBe(false);
    expect(shown).toBe('Fetch? [Y/n] Say y or n. [Y/n] ');
  });
});
