import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTokenizer } from '#shared/inference/check-tokenizer.ts';
import type { ModelConfig } from '#shared/inference/model-config.ts';

const golden = new URL('../../golden/inference/tokenizer', import.meta.url).pathname;
/** Of the golden tokenizer. */
const TOKENS = 330;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oneshot-check-'));
  await cp(join(golden, 'tokenizer.json'), join(directory, 'tokenizer.json'));
});
afterEach(() => rm(directory, { recursive: true }));

function check(vocabulary: number): Promise<void> {
  return checkTokenizer(directory, { vocabulary } as ModelConfig); // all that it reads
}

describe('checkTokenizer', () => {
  it('takes a table of embeddings that has a row for every token, or more', async () => {
    await check(TOKENS);
    await check(TOKENS + 100);
  });

  it('refuses a table that is too small, and an end token beyond it', async () => {
    await expect(check(TOKENS - 1)).rejects.toMatchObject({ code: 'tokenizer-unfit' });
    await writeFile(join(directory, 'generation_config.json'), `{"eos_token_id":[1,${TOKENS + 7}]}`);
    await expect(check(TOKENS)).rejects.toMatchObject({
      code: 'tokenizer-unfit',
      message: expect.stringContaining(String(TOKENS + 7)),
    });
  });
});
