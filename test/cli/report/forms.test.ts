import { beforeAll, describe, expect, it } from 'vitest';
import { renderMarkdown } from '#cli/report/render-markdown.ts';
import { tidyTable } from '#cli/report/tidy-table.ts';
import { csv } from '#functions/dashboard/shell/csv.ts';
import { HOSTILE } from '../../functions/dashboard/hostile-text.ts';
import { RUN } from '../../functions/dashboard/pages-world.ts';
import { ReportWorld } from './report-world.ts';

let world: ReportWorld;
beforeAll(async () => {
  world = await ReportWorld.create('7 x + 2');
});

describe('a report as Markdown', () => {
  it('says the result, the scores, what changed and how to make it again', async () => {
    const text = renderMarkdown(await world.report(RUN));
    expect(text).toContain('**Step 6 scores 75\\.0 \\(');
    expect(text).toMatch(/\| sums \| 4 × 1 \| greedy.* \| 25\.0 \(.*\) \| 75\.0 \(.*\) \|/);
    expect(text).toContain('> 7 x \\+ 2 · answer 7 x \\+ 2');
    expect(text).toContain('2 of 4 problems gained, 0 lost');
    expect(text).toContain(`oneshot report ${RUN} --out report.html`);
  });

  it('keeps hostile texts text', async () => {
    const hostile = await ReportWorld.create(HOSTILE);
    const text = renderMarkdown(await hostile.report(RUN));
    const outside = text.replaceAll(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
    expect(outside).toContain('\\<script\\>');
    expect(outside.replaceAll(/<\/?(?:details|summary)>/g, '')).not.toMatch(/(?<!\\)</);
    expect(outside).not.toMatch(/(?<!\\)\]\((?!https:\/\/arxiv)/);
  });
});

describe('the numbers of a report', () => {
  it('are one table, a value a row: scores, metrics and differences', async () => {
    const { columns, rows } = tidyTable(await world.report(RUN));
    const named = rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
    const score = named.find(({ part, step, set }) => part === 'score' && step === 6 && set === 'sums');
    expect(score).toMatchObject({ subject: RUN, problems: 4, samples: 1, temperature: 0, value: 0.75 });
    const metric = named.find(({ step, measure }) => step === 4 && measure === 'reward/mean');
    expect(metric).toMatchObject({ part: 'metric', value: 0.5 });
    const difference = named.find(({ part, set }) => part === 'difference' && set === 'mean');
    expect(difference).toMatchObject({ against: world.evaluations[0], value: 0.5 });
  });

  it('are CSV that no spreadsheet takes for formulas', async () => {
    const text = csv(tidyTable(await world.report(RUN)));
    expect(text.split('\r\n')[0]).toMatch(/^part,subject,step,/);
    expect(text).not.toMatch(/(?:^|,)"?[=+@]/m);
  });
});
