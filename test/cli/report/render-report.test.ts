import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '#cli/report/render-report.ts';
import { HOSTILE, OBEYED } from '../../functions/dashboard/hostile-text.ts';
import { RUN } from '../../functions/dashboard/pages-world.ts';
import { documentOf, ReportWorld } from './report-world.ts';

let world: ReportWorld;
beforeAll(async () => {
  world = await ReportWorld.create('solve $7 x + 2 = 51$');
});

const page = async (...subjects: string[]) => renderReport(await world.report(...subjects));

describe('the report on a run', () => {
  it('begins with the result, its interval and the problem that it was taught', async () => {
    const document = documentOf(await page(RUN));
    expect(document.querySelector('h1')?.textContent).toMatch(
      /^Step 6 scores 75\.0 \(\d+\.\d–\d+\.\d\), the base 25\.0: no clear change on the same problems$/,
    );
    expect(document.querySelector('.taught .problem math')).not.toBeNull();
    expect(document.querySelector('.taught')?.textContent).toContain('2 rows a step, 4 samples of each');
  });

  it('has a table behind each curve, and scores with interval and protocol', async () => {
    const document = documentOf(await page(RUN));
    const summaries = [...document.querySelectorAll('details summary')].map((each) => each.textContent);
    expect(summaries.slice(0, 2)).toEqual(['3 checkpoints as a table', 'The steps as a table']);
    const [row] = document.querySelectorAll('.scores tbody tr');
    expect(row?.textContent).toMatch(/^sums4 × 1, greedy, ≤ 3,072 tokens25\.0 \d+\.\d–\d+\.\d75\.0 /);
  });

  it('says how examples were chosen, and how many problems turned', async () => {
    const document = documentOf(await page(RUN));
    const section = document.querySelector('#examples');
    expect(section?.textContent).toContain('2 of 4 problems gained, 0 lost, 1 stay right, 1 stay wrong');
    expect(section?.textContent).toContain('lowest sha256');
    expect([...document.querySelectorAll('.flip .tag')].map((tag) => tag.textContent)).toEqual([
      '▲ gained',
      '✗ solved by neither',
    ]);
  });

  it('says what it does not show, what makes it again, and when it was made, to the minute', async () => {
    const document = documentOf(await page(RUN));
    expect(document.querySelector('#caveats')?.textContent).toContain('One run is one run.');
    const commands = [...document.querySelectorAll('#again pre')].map((pre) => pre.textContent);
    expect(commands[0]).toMatch(/^oneshot train 'solve \$7 x \+ 2 = 51\$' --name r --model BASE --steps 6 /);
    expect(commands[1]).toBe(`oneshot report ${RUN} --out report.html`);
    expect(document.querySelector('#again dl')?.textContent).toContain('torch t, i');
    expect(document.querySelector('.eyebrow')?.textContent).toContain('made 2026-11-30 14:05 UTC');
  });

  it('is the same text for the same data', async () => {
    const data = await world.report(RUN);
    expect(renderReport(data)).toBe(renderReport(data));
  });
});

describe('the report on several', () => {
  it('begins with the verdict on the second, and tells of each', async () => {
    const document = documentOf(await page(`${RUN}@0`, RUN));
    expect(document.querySelector('h1')?.textContent).toMatch(/^Cannot tell r from r@0/);
    const heads = [...document.querySelectorAll('.scores thead th')].map((head) => head.textContent);
    expect(heads.slice(1)).toEqual([`${RUN}@0`, `${RUN}, step 6`]);
    expect([...document.querySelectorAll('.toc a')].map((link) => link.textContent)).toEqual(
      expect.arrayContaining(['What changed, r@0 to r', 'r@0', 'Run r']),
    );
  });
});

describe('the report on an evaluation', () => {
  it('shows a completion of each verdict where there is nothing to compare it with', async () => {
    const document = documentOf(await page(`${RUN}@0`));
    expect(document.querySelector('#examples')?.textContent).toContain('1 correct, 3 incorrect');
    expect(document.querySelectorAll('#examples .flip')).toHaveLength(2);
  });

  it('shows what changed since the base where there is one', async () => {
    expect(documentOf(await page(`${RUN}@6`)).querySelector('#change h2')?.textContent).toBe(
      'What changed, the base to step 6',
    );
  });
});

describe.each([
  ['a run', [RUN]],
  ['its base', [`${RUN}@0`]],
  ['two', [`${RUN}@3`, RUN]],
])('every report, such as on %s', (_, subjects) => {
  it('refers to nothing outside itself, and its links lead somewhere', async () => {
    const text = await page(...subjects);
    const document = documentOf(text);
    expect(text).not.toMatch(/\ssrc=|@import|url\(/);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const link of document.querySelectorAll('[href]')) {
      const href = link.getAttribute('href') ?? '';
      if (href !== 'https://arxiv.org/abs/2504.20571') expect(ids).toContain(href.slice(1));
    }
    expect(document.querySelectorAll('form,script,button,input,img,link')).toHaveLength(0);
  });

  it('forbids scripts and fetches', async () => {
    expect(await page(...subjects)).toContain(
      `http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"`,
    );
  });
});

it('shows hostile texts as text', async () => {
  const hostile = await ReportWorld.create(HOSTILE);
  for (const subjects of [[RUN], [`${RUN}@0`], [`${RUN}@0`, RUN]]) {
    const text = renderReport(await hostile.report(...subjects));
    expect(OBEYED.exec(text)?.[0]).toBeUndefined();
    const document = documentOf(text);
    expect(document.documentElement.textContent).toContain('<script>alert(1)</script>');
    expect(
      document.querySelectorAll('script,img,iframe,base,form,button,meta[http-equiv=refresh]'),
    ).toHaveLength(0);
    expect(document.querySelectorAll('style')).toHaveLength(1);
    for (const element of document.querySelectorAll('*'))
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on/i);
        if (name === 'href') expect(value).toMatch(/^(?:#|https:\/\/arxiv\.org\/abs\/2504\.20571$)/);
      }
  }
});
