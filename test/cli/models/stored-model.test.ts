import { beforeEach, describe, expect, it } from 'vitest';
import { checkStoredTemplate, findStoredModel } from '#cli/models/stored-model.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { claim } from '#trainer/resume/claim.ts';
import { RunConfig } from '#trainer/settings/config.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { commitLine, storeModel } from '../../trainer/stored-run.ts';

let store: MemoryStore;
beforeEach(async () => {
  store = new MemoryStore();
  const common = { recipe: 'own', steps: 80, examples: 'e'.repeat(64), evaluation: null };
  const config = RunConfig.parse({ ...common, model: await storeModel(store, 0) });
  for (const run of ['r', 'begun']) await put(store, record.run(run), { config, codeVersion: '1' });
  const host = { torch: '2', transformers: '5', instructionSet: 'AVX2' };
  await commitLine({ store, ...(await claim(store, 'r', { resumesFrom: null, host })) }, [0, 20, 40]);
});

const find = (name: string, step?: number) => findStoredModel(store, { name, step });

describe('a model of the store', () => {
  it('is the newest checkpoint of a run, that of a step, the base at step 0, or a digest', async () => {
    const [base, twenty, forty] = await Promise.all([0, 20, 40].map((step) => storeModel(store, step)));
    expect(await find('r')).toBe(forty);
    expect(await find('r', 20)).toBe(twenty);
    expect(await find('r', 0)).toBe(base);
    expect(await find(String(twenty))).toBe(twenty);
  });

  it.each([
    ['r', 30, 'checkpoint-unknown', 'no checkpoint of step 30. Its checkpoints: 0, 20, 40'],
    ['begun', undefined, 'checkpoint-unknown', 'no checkpoint. Its checkpoints: none yet'],
    ['none', undefined, 'model-name-unknown', 'no such run here'],
    ['a'.repeat(26), undefined, 'model-name-unknown', 'stored model of that digest'],
  ])('%s at step %s: %s', async (name, step, code, said) => {
    await expect(find(name, step)).rejects.toMatchObject({ code, message: expect.stringContaining(said) });
  });

  it('is refused by its digest where chats are wanted and it has no template', async () => {
    const model = await find('r');
    await checkStoredTemplate(store, model, ['qwen25-math-cot']);
    await expect(checkStoredTemplate(store, model, ['chat'])).rejects.toMatchObject({
      code: 'chat-template-missing',
      message: expect.stringContaining(`the model ${model} has no chat template`),
    });
  });
});
