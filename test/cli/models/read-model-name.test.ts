import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hubHint, readModelName } from '#cli/models/read-model-name.ts';

const read = (text: string, ...folders: string[]) =>
  readModelName(text, '/home/me', (path) => folders.includes(path));
const hub = (model: string, revision = 'main') => ({ kind: 'hub', model, revision });
const stored = (name: string, step?: number) => ({ kind: 'stored', name, step });

describe('the name of a model', () => {
  it.each([
    ['Qwen/Qwen2.5-Math-1.5B', hub('Qwen/Qwen2.5-Math-1.5B')],
    ['Qwen/Qwen2.5-Math-1.5B@v1.0', hub('Qwen/Qwen2.5-Math-1.5B', 'v1.0')],
    ['a/b@refs/pr/3', hub('a/b', 'refs/pr/3')],
    ['pi1-long', stored('pi1-long')],
    ['pi1-long@40', stored('pi1-long', 40)],
    ['pi1-long@0', stored('pi1-long', 0)],
  ])('%s means something without a folder', (text, meant) => {
    expect(read(text)).toEqual(meant);
  });

  it.each(['./m', '../m', '/models/m', '~/m', 'models/', '.', '~'])('%s is a path to nothing', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'model-missing' }));
  });

  it('is expanded where it begins with the home folder', () => {
    expect(read('~/m', '/home/me/m')).toEqual({ kind: 'folder', path: '/home/me/m' });
  });

  it.each([
    '',
    'a/b/c',
    'Run',
    'run@x',
    'run@',
    'a//b',
    'a/..',
    '-a/b',
    'a/b.',
    'a--b/c',
    'a/b@',
    'a/b@../x',
    'a/b@x//y',
    'a b/c',
  ])('"%s" is none, and the three readings are told', (text) => {
    const told = /no such folder.*org\/name@revision.*RUN@STEP/s;
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'model-name-unknown', message: expect.stringMatching(told) }),
    );
  });

  it('says of one word what to type if a model of the hub was meant', () => {
    expect(() => read('Qwen2.5-1.5B@main')).toThrow('shows it as ORG/Qwen2.5-1.5B: type that');
    expect(() => read('a/b/c')).not.toThrow('ORG/');
    expect(hubHint('gpt2')).toContain('ORG/gpt2');
  });

  it('means a folder wherever one is called so, and what leads out of the cache never', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        if (!text.startsWith('~')) expect(read(text, text)).toEqual({ kind: 'folder', path: text });
      }),
    );
    const parts = fc.array(fc.constantFrom('a', '.', '..', '/', '@', '-', '\\', '\0'), { maxLength: 9 });
    fc.assert(
      fc.property(parts, (letters) => {
        const meant = orNone(() => read(letters.join('')));
        if (meant?.kind !== 'hub') return;
        expect(meant.model).toMatch(/^[^/]+\/[^/]+$/);
        expect(`${meant.model}/${meant.revision}`).not.toMatch(/\.\.|\\|\0|(^|\/)\./);
      }),
      { numRuns: 2000 },
    );
  });
});

function orNone<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
