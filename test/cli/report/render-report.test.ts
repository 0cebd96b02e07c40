import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderReport } from '#cli/report/render-report.ts';
import type { ReportCompletion, ReportData } from '#cli/report/report-data.ts';
import { madeUpReport } from './made-up-report.ts';

const HOSTILE = `<script>alert(1)</script><img src=x onerror="alert(2)"> ' & \\boxed{<b>7</b>}`;

/** Every text that may come from a model, a data set or a user is hostile. */
function hostileReport(): ReportData {
  const data = madeUpReport();
  const completion: ReportCompletion = { text: HOSTILE, verdict: 'incorrect' };
  const [run, ...controls] = data.runs;
  return {
    ...data,
    title: HOSTILE,
    command: HOSTILE,
    generatedAt: HOSTILE,
    runs: [{ ...run, label: HOSTILE }, ...controls],
    examples: [{ problem: HOSTILE, gold: HOSTILE, before: completion, after: completion }],
    settings: [[HOSTILE, HOSTILE]],
  };
}

const documentOf = (data: ReportData) => parseHTML(renderReport(data)).document;

describe('renderReport', () => {
  it('escapes every text of its data', () => {
    const page = renderReport(hostileReport());
    expect(page).not.toMatch(/<script|<img|<b>7<\/b>/i);
    const document = parseHTML(page).document;
    expect(document.querySelectorAll('script, img, [onerror]')).toHaveLength(0);
    expect(document.querySelector('.completion pre')?.textContent).toBe(HOSTILE);
    expect(document.querySelector('.problem')?.textContent).toContain(HOSTILE);
  });

  it('refers to nothing outside itself and forbids scripts and fetches', () => {
    const page = renderReport(madeUpReport());
    expect(page).not.toMatch(/https?:|\ssrc=|\shref=|@import|url\(/);
    expect(page).toContain(
      `http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"`,
    );
  });

  it('is the same text for the same data', () => {
    expect(renderReport(madeUpReport())).toBe(renderReport(madeUpReport()));
  });

  it('tabulates each set and the average, with interval and the best marked', () => {
    const rows = [...documentOf(madeUpReport()).querySelectorAll('.scores tr')].map((row) =>
      [...row.querySelectorAll('th, td')].map((cell) => cell.textContent?.replaceAll(/\s+/g, ' ').trim()),
    );
    expect(rows[0]).toEqual(['Set', 'base', 'format reward', '1-shot']);
    expect(rows[1]).toEqual([
      'micro-math500210 problems, 1 sample',
      '31.0 24.7–37.3',
      '33.0 26.7–39.4',
      '82.1 76.9–87.3',
    ]);
    expect(rows[7]?.[0]).toBe('Avgmean of the sets');
    expect(rows).toHaveLength(8);
    const best = documentOf(madeUpReport()).querySelectorAll('.scores .best b');
    expect([...best].map(({ textContent }) => textContent)).toEqual([
      '82.1',
      '55.1',
      '78.1',
      '74.1',
      '52.1',
      '49.1',
      '65.1',
    ]);
  });

  it('draws ten charts and names every set above one', () => {
    const figures = [...documentOf(madeUpReport()).querySelectorAll('figure')];
    const titles = figures.map((figure) => figure.querySelector('figcaption b')?.textContent);
    expect(titles).toEqual([
      'Training accuracy',
      'Average of the sets',
      'micro-math500',
      'micro-aime24',
      'micro-amc23',
      'micro-minerva',
      'micro-olympiad',
      'micro-aime25',
      'Token entropy',
      'Completion length',
    ]);
    for (const figure of figures) {
      expect(figure.querySelectorAll('svg [aria-label="line"] path')).toHaveLength(2);
      expect(figure.querySelector('svg')?.getAttribute('role')).toBe('img');
    }
  });

  it('starts the curves of each set at the base and states each checkpoint with its interval', () => {
    const average = documentOf(madeUpReport()).querySelectorAll('figure')[1];
    const titles = [...(average?.querySelectorAll('circle title') ?? [])].map(
      ({ textContent }) => textContent,
    );
    expect(titles).toHaveLength(26);
    expect(titles[0]).toBe('1-shot, step 0: 17 % [14 %, 20 %]');
    expect(titles[12]).toBe('1-shot, step 60: 65 % [61 %, 69 %]');
  });

  it('marks the saturation step, and nothing where there is none', () => {
    const data = madeUpReport();
    const [run, ...controls] = data.runs;
    expect(renderReport(data)).toContain('saturated at step 12');
    const never = renderReport({ ...data, runs: [{ ...run, saturationStep: null }, ...controls] });
    expect(never).not.toContain('saturated at step');
    expect(never).toContain('training accuracy did not stay at 95 %');
  });

  it('marks the boxed answer in a completion and names the verdict in words', () => {
    const document = documentOf(madeUpReport());
    const completions = [...document.querySelectorAll('.completion')];
    expect(completions[0]?.querySelector('.verdict')?.textContent).toBe('– no boxed answer');
    expect(completions[0]?.querySelector('mark')).toBeNull();
    expect(completions[1]?.querySelector('.verdict')?.textContent).toBe('✓ correct');
    expect(completions[1]?.querySelector('mark')?.textContent).toBe('7');
  });

  it('lists its settings and says what it does not show', () => {
    const page = renderReport(madeUpReport());
    expect(page).toContain('<dt>Seed</dt><dd>1</dd>');
    expect(page).toContain('oneshot demo --seed 1');
    expect(page).toContain('They are not those benchmarks');
    expect(page).toContain('Nothing new is learned about arithmetic');
  });

  it('renders a single run without checkpoints, examples or steps', () => {
    const [run] = madeUpReport().runs;
    const page = renderReport({
      ...madeUpReport(),
      examples: [],
      runs: [{ ...run, checkpoints: [], steps: [], saturationStep: null }],
    });
    expect(page).toContain('The run has no evaluated checkpoint yet.');
    expect(page).not.toContain('Before and after');
  });
});
