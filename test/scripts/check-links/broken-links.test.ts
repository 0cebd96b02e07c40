import { describe, expect, it } from 'vitest';
import { anchorsOf, brokenLinks } from '#scripts/check-links/broken-links.ts';

const texts = {
  'README.md': '# One\n\n## Costs, in USD\n',
  'docs/method.md': '# Method\n',
  'docs/decisions/0001-two-planes.md': '# 0001\n',
  'trainer/loop.ts': '',
  'trainer/update/update.ts': '',
};

describe('brokenLinks', () => {
  it.each([
    ['a link to a file', '[loop](../trainer/loop.ts)'],
    ['a link to a folder', '[update](../trainer/update/)'],
    ['a link to a heading', '[costs](../README.md#costs-in-usd)'],
    ['a link to a heading of its own', '## Here\n\n[here](#here)'],
    ['a link to another site', '[paper](https://arxiv.org/abs/2504.20571)'],
    ['a path from the root', '`trainer/loop.ts`'],
    ['a path from its own folder', '`decisions/0001-two-planes.md`'],
    ['a name that some file has', '`update.ts`'],
    ['a folder', '`trainer/update/`'],
    ['paths of others', '`runs/{run}/run.json`, `pending/`, `my.jsonl`, `test_*.py`, `$HOME/x.py`'],
    ['a decision by its number', 'see docs/decisions/0001'],
    ['a block of code', '```sh\n[no](link.md) `trainer/gone.ts`\n```'],
    ['a script', 'run `npm run check` or `npm run --silent check`'],
  ])('has nothing against %s', (_, text) => {
    expect(brokenIn('docs/page.md', text)).toEqual([]);
  });

  it.each([
    ['a link to a file that moved', '[loop](../loop.ts)', '../loop.ts'],
    ['a heading that is not there', '[costs](../README.md#costs)', '../README.md#costs'],
    ['a heading of its own that is not there', '[here](#here)', '#here'],
    ['a path that moved', '`trainer/update.ts`', 'trainer/update.ts'],
    ['a name that no file has', '`drive.ts`', 'drive.ts'],
    ['a folder that is not there', '`trainer/rooms/`', 'trainer/rooms/'],
    ['a picture that is not there', '<img src="docs/images/run.png">', 'docs/images/run.png'],
    ['a document that is not there', 'see docs/methods.md', 'docs/methods.md'],
    ['a decision that is not there', 'see docs/decisions/0002', 'docs/decisions/0002'],
    ['a script that is not there', '```sh\nnpm run chekc\n```', 'chekc'],
  ])('names %s', (_, text, broken) => {
    expect(brokenIn('docs/page.md', text)).toEqual([broken]);
  });

  it('reads comments of TypeScript and the documents that its texts name, and no template literals', () => {
    const text = [
      '/** As `trainer/gone.ts` does. */',
      'const path = `trainer/other.ts`; // and `trainer/lost.ts`',
      "throw new Error('Start it as docs/server.md says, see docs/method.md#nowhere.');",
    ];
    expect(brokenIn('trainer/new.ts', text.join('\n'))).toEqual([
      'trainer/gone.ts',
      'trainer/lost.ts',
      'docs/server.md',
      'docs/method.md#nowhere',
    ]);
  });

  it('reads the docstrings of Python, whose paths may start at the top folder', () => {
    expect(brokenIn('trainer/update/gae.py', '"""As `update/update.ts` and `update/gone.ts`."""')).toEqual([
      'update/gone.ts',
    ]);
    expect(brokenIn('trainer/engine.py', '"""The verbs of `protocol.ts`."""')).toEqual(['protocol.ts']);
  });
});

describe('anchorsOf', () => {
  it('names headings as GitHub does', () => {
    const page = '# A `b_c` d-e\n## Über & [link](x.md)\n### Twice\n### Twice\n```\n# no heading\n```\n';
    expect([...anchorsOf(page)]).toEqual(['a-b_c-d-e', 'über--link', 'twice', 'twice-1']);
  });
});

function brokenIn(file: string, text: string) {
  const all: Readonly<Record<string, string>> = { ...texts, [file]: text };
  return brokenLinks(file, {
    files: new Set(Object.keys(all)),
    scripts: new Set(['check']),
    read: (name) => all[name] ?? '',
  });
}
