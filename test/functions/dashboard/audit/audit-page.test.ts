import { beforeAll, describe, expect, it } from 'vitest';
import { PagesWorld, RUN } from '../pages-world.ts';

describe('the audit', () => {
  let world: PagesWorld;
  let evaluations: readonly string[];
  beforeAll(async () => {
    world = await PagesWorld.create();
    evaluations = await world.putRun('find it', { disputed: true });
  });

  const drawn = async (query: string) =>
    [...(await world.document(`/audit${query}`)).querySelectorAll('#draw h3 a')].map((link) =>
      link.getAttribute('href'),
    );

  it('says how often graders disagree over the newest evaluations, with the interval', async () => {
    const document = await world.document('/audit');
    expect(document.querySelector('h1')?.textContent).toMatch(
      /^Graders disagree on 33\.3 % of completions \(\d/,
    );
    expect(document.querySelector('.lede')?.textContent).toBe(
      '4 of 12 completions: some graders call them right, others do not. Read: 3 evaluations.',
    );
    const cells = [...document.querySelectorAll('#classes tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent?.trim()),
    );
    expect(cells).toMatchObject([
      ['sums', 'benchmark ✓ right reward – no answer', '4 of 12', expect.any(String)],
    ]);
  });

  it('shows disagreements with what each grader read, each leading to its sample', async () => {
    const all = await drawn('');
    expect(all).toHaveLength(4);
    expect(all).toContain(`/evaluations/${evaluations[2]}/samples/sums/2/0`);
    const document = await world.document('/audit');
    expect(document.querySelector('#draw .lines')?.textContent).toMatch(
      /– no answer reward: nothing read no-box✓ right benchmark: read \d/,
    );
    for (const href of all) expect((await world.get(href ?? '')).status).toBe(200);
  });

  it('draws by a seed: the same one shows the same, in addresses that name what was read', async () => {
    expect(await drawn('?seed=5')).toEqual(await drawn('?seed=5'));
    expect(new Set(await drawn('?seed=6'))).toEqual(new Set(await drawn('?seed=5')));
    const document = await world.document('/audit?seed=5');
    const here = document.querySelector('#draw .note a')?.getAttribute('href') ?? '';
    expect(here).toContain('seed=5');
    for (const evaluation of evaluations) expect(here).toContain(`evaluation=${evaluation}`);
    const [path = ''] = here.split('#');
    expect(await drawn(path.slice('/audit'.length))).toEqual(await drawn('?seed=5'));
  });

  it('is narrowed to evaluations, runs, benchmarks and classes', async () => {
    expect(await drawn(`?evaluation=${evaluations[0]}`)).toHaveLength(1);
    expect(await drawn(`?evaluation=${evaluations[0]}&evaluation=${evaluations[2]}`)).toHaveLength(3);
    expect(await drawn(`?run=${RUN}`)).toHaveLength(4);
    expect(await drawn('?said=benchmark:correct,reward:no-answer')).toHaveLength(4);
    expect(await drawn('?said=benchmark:incorrect,reward:correct')).toHaveLength(0);
    expect((await world.document('/audit?run=other')).querySelector('h1')?.textContent).toBe(
      'No completion here was judged by two graders',
    );
    expect((await world.get(`/audit?evaluation=${'a'.repeat(26)}`)).status).toBe(404);
    expect((await world.get(`/audit?run=${RUN}&evaluation=${evaluations[0]}`)).status).toBe(422);
  });

  it('is data and a table', async () => {
    expect(JSON.parse((await world.get('/audit.json')).text)).toMatchObject({ judged: 12, disputed: 4 });
    const [, row] = (await world.get('/audit.csv')).text.split('\r\n');
    expect(row).toMatch(/^sums,"benchmark:correct,reward:no-answer",4,12,0\.33\d*,/);
  });

  it('says how to ask for a second grader where there is one alone', async () => {
    const alone = await PagesWorld.create();
    await alone.putRun('a');
    const document = await alone.document('/audit');
    expect(document.querySelector('pre.cmd')?.textContent).toBe(
      'oneshot eval RUN --graders reward,benchmark,paper-eval',
    );
    expect(document.querySelector('#draw')).toBeNull();
  });
});
