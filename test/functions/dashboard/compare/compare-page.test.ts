import { beforeAll, describe, expect, it } from 'vitest';
import { evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { MODEL } from '../../small-world.ts';
import { PagesWorld } from '../pages-world.ts';

describe('the page of a comparison', () => {
  let world: PagesWorld;
  let base: string;
  let last: string;
  beforeAll(async () => {
    world = await PagesWorld.create();
    const [first = '', , third = ''] = await world.putRun('solve 7 x + 2 = 51');
    [base, last] = [first, third];
  });

  const at = (rest = '', form = '') => `/compare${form}?a=${base}&b=${last}${rest}`;

  it('begins with the verdict, then what was compared and what else differs', async () => {
    const document = await world.document(at());
    expect(document.querySelector('h1')?.textContent).toMatch(
      /^Cannot tell step 6 from the base: to find a difference of 5\.0 points/,
    );
    expect(document.querySelector('.lede')?.textContent).toContain(
      '2 of 4 problems turn right, 0 turn wrong',
    );
    expect(
      [...document.querySelectorAll('.ab div > b > a')].map((link) => link.getAttribute('href')),
    ).toEqual([`/evaluations/${base}`, `/evaluations/${last}`]);
    const note = document.querySelector('#protocol');
    expect(note?.className).toBe('same amber');
    expect(note?.textContent).toContain('▲ may move scores max-tokens of sums: A 3072, B 3078');
  });

  it('asks which two where none are chosen: a form with the newest that have scores, which works by itself', async () => {
    const document = await world.document('/compare');
    expect(document.querySelector('h1')?.textContent).toBe('Which two?');
    const form = document.querySelector('main form');
    expect([form?.getAttribute('method'), form?.getAttribute('action')]).toEqual(['get', '/compare']);
    const chosen = [...document.querySelectorAll('main select')].map((select) => [
      select.getAttribute('name'),
      select.querySelector('option[selected]')?.getAttribute('value') ?? '',
    ]);
    expect(chosen).toEqual([
      ['a', base],
      ['b', last],
      ['c', ''],
    ]);
    // As a browser sends it.
    const { status } = await world.get(`/compare?${new URLSearchParams(chosen as [string, string][])}`);
    expect(status).toBe(200);
    const data = JSON.parse((await world.get('/compare.json')).text);
    expect(data.choices).toHaveLength(3);
    expect((await world.get('/compare.csv')).text.split('\r\n')).toHaveLength(1 + 3 + 1);
    const half = await world.document(`/compare?a=${last}`);
    expect(half.querySelector('#a option[selected]')?.getAttribute('value')).toBe(last);
  });

  it('holds a third against the first as well, and adjusts p for both', async () => {
    const middle = JSON.parse((await world.get('/compare.json')).text).choices.find(
      ({ checkpoint }: { checkpoint: { step: number } }) => checkpoint.step === 3,
    ).evaluation;
    const document = await world.document(at(`&c=${middle}&of=c`));
    expect([...document.querySelectorAll('.ab div > b')].map((side) => side.textContent?.[0])).toEqual([
      'A',
      'B',
      'C',
    ]);
    expect(document.querySelector('.lede.also')?.textContent).toMatch(
      /^C\. Cannot tell step 3 from the base/,
    );
    expect(document.querySelector('#differences-c h2')?.textContent).toBe('Differences of C');
    expect(document.querySelector('#differences .note')?.textContent).toContain(
      '2 sets, those of 2 comparisons',
    );
    const flips = [...document.querySelectorAll('#flips article .id')].map((id) => id.textContent);
    expect(flips).toEqual(['sums/1']);
    const single = JSON.parse((await world.get(at('', '.json'))).text).others[0].comparison.benchmarks[0];
    const [both] = JSON.parse((await world.get(at(`&c=${middle}`, '.json'))).text).others;
    expect(both.comparison.benchmarks[0].p).toBe(single.p);
    expect(both.comparison.benchmarks[0].adjustedP).toBeGreaterThanOrEqual(single.adjustedP);
    expect(document.querySelector('.foot code')?.textContent).toBe(
      `oneshot compare ${base} ${last} ${middle}`,
    );
    expect((await world.get(at(`&c=${middle}`, '.csv'))).text.split('\r\n')).toHaveLength(1 + 4 + 1);
  });

  it('takes the margin from the address', async () => {
    const document = await world.document(at('&margin=0.6'));
    expect(document.querySelector('h1')?.textContent).toMatch(/difference/i);
    expect(document.querySelector('h1')?.textContent).not.toContain('5.0 points');
    expect(document.querySelector('.foot code')?.textContent).toContain('--margin 0.6');
    expect(document.querySelector('.seg [aria-current]')?.textContent).toBe('60');
    expect((await world.get(at('&margin=0'))).status).toBe(422);
  });

  it('has nothing that differs where an evaluation is compared with itself', async () => {
    const note = (await world.document(`/compare?a=${base}&b=${base}`)).querySelector('#protocol');
    expect(note?.className).toBe('same');
    expect(note?.textContent).toContain('✓ Nothing differs, not even the weights.');
  });

  it('shows each benchmark with difference, interval, p, what was detectable and what turned', async () => {
    const cells = [...(await world.document(at())).querySelectorAll('.pd tbody td')];
    const told = cells.map((cell) => cell.textContent);
    expect(told.slice(0, 2)).toEqual(['25.0', '75.0']);
    expect(told[3]).toMatch(/^\+50\.0 [−+±]\d+\.\d to \+\d+\.\d$/);
    expect(told[4]).toBe('0.5000 McNemar');
    expect(told[5]).toMatch(/^±\d+\.\d$/);
    expect(told[6]).toBe('2 / 0');
  });

  it('shows problems that turned, with an answer of each side', async () => {
    const flips = [...(await world.document(at())).querySelectorAll('#flips article')];
    expect(flips.map((flip) => flip.querySelector('.id')?.textContent)).toEqual(['sums/1', 'sums/2']);
    expect(flips[0]?.querySelector('.tag')?.textContent).toBe('▲ gained');
    expect(flips[0]?.querySelector('h3')?.textContent).toBe('1 + 1');
    const [a, b] = flips[0]?.querySelectorAll('.c') ?? [];
    expect([a?.className, a?.querySelector('mark')?.textContent]).toEqual(['c wrong', '77']);
    expect([b?.className, b?.querySelector('mark')?.textContent]).toEqual(['c right', '2']);
  });

  it('turns losses into gains when the sides are swapped', async () => {
    const swap = (await world.document(at())).querySelector('.ab > a')?.getAttribute('href') ?? '';
    expect(swap).toBe(`/compare?a=${last}&b=${base}`);
    const tags = [...(await world.document(swap)).querySelectorAll('#flips .tag')];
    expect(tags.map((tag) => tag.textContent)).toEqual(['▼ lost', '▼ lost']);
  });

  it('says so where a filter leaves nothing', async () => {
    const document = await world.document(at('&flips=lost'));
    expect(document.querySelectorAll('#flips article')).toHaveLength(0);
    expect(document.querySelector('#flips')?.textContent).toContain('No problem turned that way.');
    expect(document.querySelector('#flips [aria-current]')?.textContent).toBe('▼ lost0');
  });

  it('gives the same as data and names the command', async () => {
    const data = JSON.parse((await world.get(at('', '.json'))).text);
    expect(data.others[0].comparison).toMatchObject({ first: base, second: last, grader: 'reward' });
    const [head, mean, row] = (await world.get(at('', '.csv'))).text.split('\r\n');
    expect([head, mean, row].map((line) => line?.split(',').length)).toEqual([20, 20, 20]);
    expect(row).toContain(`${base},${last},reward,sums,4,0.25,0.75,0.5,`);
    const command = (await world.document(at())).querySelector('.foot code')?.textContent;
    expect(command).toBe(`oneshot compare ${base} ${last}`);
  });

  it('has no verdict in its headline where the problems are others', async () => {
    const [other] = await world.putRun('another problem', { run: 'other', createdAt: 2000 });
    const document = await world.document(`/compare?a=${base}&b=${other}`);
    expect(document.querySelector('h1')?.textContent).toMatch(/^No verdict: .* were not asked the same$/);
    expect(document.querySelector('#protocol')?.className).toBe('same red');
    expect(document.querySelector('#protocol li')?.textContent).toContain(
      '■ pairs do not match problems of sums',
    );
    expect(document.querySelector('.pd')).toBeNull();
  });

  it('refuses what cannot be compared, and says what to do', async () => {
    const refused = async (b: string) => {
      const { status, text } = await world.get(`/compare?a=${base}&b=${b}`);
      return [status, /<p class="note"><code>([^<]*)/.exec(text)?.[1]];
    };
    expect(await refused('a'.repeat(26))).toEqual([404, 'evaluation-unknown']);
    expect(await refused('nothing')).toEqual([422, 'query-unknown']);
    const options = { run: 'young', createdAt: 3000, unscored: true };
    const [, , unfinished = ''] = await world.putRun('a third problem', options);
    expect(await refused(unfinished)).toEqual([409, 'evaluation-unfinished']);
    expect(await refused(await putOtherBenchmark(world))).toEqual([422, 'nothing-shared']);
  });
});

/** A scored evaluation of a benchmark that no run here has. */
async function putOtherBenchmark({ api: { world } }: PagesWorld): Promise<string> {
  const problems = [{ id: 'others/0', problem: '0 + 1', answer: '1' }];
  const digest = await putProblemSet(world.store, problems);
  const set = { name: 'others', samples: 1, temperature: 0, topP: 1, maxTokens: 3072, digest, problems };
  const settings = { benchmarks: ['others'], template: 'chat', graders: ['reward'] } as const;
  const request = evaluationRequest({
    model: MODEL,
    generatorVersion: 'scripted',
    benchmarks: [set],
    settings,
  });
  await world.deliver(await world.ask(request));
  await world.settle();
  return evaluationId(request);
}
