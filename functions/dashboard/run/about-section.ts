import { html } from 'hono/html';
import type { Html } from '../html.ts';
import type { Protocol } from '../protocol.ts';
import { pages } from '../shell/address.ts';
import { counted, number } from '../shell/format.ts';
import { mathText } from '../text/math-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { RunData } from './run-data.ts';

/** What the run is: its example, how its scores are made, and every setting. */
export function aboutSection(data: RunData): Html {
  return html`<section class="two" id="about"><div>${examples(data)}${scoreProtocol(data.protocol)}</div>
<div>${settingList(data)}</div></section>`;
}

/** Every setting of a run, those first that a reader asks for. */
export function settingList({ config, codeVersion }: RunData): Html {
  const settings = flat(config).filter(([name]) => !name.startsWith('evaluation.'));
  return html`<h2>Settings</h2><p class="note">Those that a reader asks for first; the code was ${visibleLine(codeVersion)}.</p><dl class="set">${FIRST.flatMap((name) => settings.filter(([each]) => each === name)).map(setting)}</dl>
<details style="margin-top:1rem" id="settings"><summary>All ${settings.length} settings</summary><dl class="set">${settings.map(setting)}</dl></details>`;
}

const FIRST: readonly string[] = [
  ...[
    'steps',
    'prompts',
    'samples',
    'reward.kind',
    'reward.mode',
    'sampling.temperature',
    'sampling.maxTokens',
  ],
  ...['optim.learningRate', 'loss.klCoefficient', 'loss.entropyCoefficient', 'advantage.estimator'],
  ...['loss.aggregation.kind', 'checkpointEvery', 'sampling.seed', 'model'],
];

function examples(data: RunData): Html {
  const { run, problemCount, steps, saturationStep } = data;
  const [first, last] = [steps[0]?.step, steps.at(-1)?.step];
  const link = (label: string, href: string) => html`<li><a href="${href}">${label}</a></li>`;
  const links = html`<ul class="links">${first === undefined ? '' : link('First step', pages.step(run, first))}${saturationStep === null ? '' : link(`Saturation, step ${saturationStep}`, pages.step(run, saturationStep))}${last === undefined ? '' : link('Last step', pages.step(run, last))}${link('Its evaluations', pages.evaluations({ run }))}</ul>`;
  if (problemCount === 0)
    return html`<h2>What it trains on</h2><p class="note">The data of this run is not in this store.</p>${links}`;
  return html`${trainedOn(data)}${links}`;
}

/** The problems that a run trains on, or the first of many, and how often it tried them. */
export function trainedOn({ problems, problemCount, config, steps }: RunData): Html {
  const [prompts, samples] = [Number(config['prompts']), Number(config['samples'])];
  const attempts = prompts * samples * steps.length;
  return html`<h2>${problemCount === 1 ? 'The one example' : `${number(problemCount)} examples, the first of them`}</h2>${problems.map(({ problem, answer }) => html`<p class="problem">${mathText(problem)}</p><p class="note">Answer ${answer === null ? 'drawn at random for some' : html`<mark>${mathText(answer)}</mark>`}</p>`)}<p class="note">${number(prompts)} rows a step, ${counted(samples, 'sample')} of each${steps.length > 0 ? `: ${number(attempts)} attempts in ${counted(steps.length, 'step')}` : ''}.</p>`;
}

/** How a run's scores are made, as a paragraph. */
export function scoreProtocol(found: Protocol | null): Html | string {
  if (!found) return '';
  const alike = Map.groupBy(found.sets, ({ samples, temperature }) =>
    temperature === 0 ? 'greedy' : `${counted(samples, 'sample')} a problem at temperature ${temperature}`,
  );
  const sampled = [...alike].map(
    ([how, sets]) => `${sets.map(({ benchmark }) => benchmark).join(', ')}: ${how}`,
  );
  const limits = [...new Set(found.sets.map(({ maxTokens }) => number(maxTokens)))].join(' or ');
  return html`<h3 style="margin-top:2rem">How scores are made</h3><p class="note">${sampled.join('; ')}. At most ${limits} tokens, ${found.precision}, ${found.graders.length === 1 ? 'grader' : 'graders'} ${found.graders.join(', ')}, made by ${visibleLine(found.generator)}. The intervals speak of problems and samples drawn, not of another seed, except where they are said to.</p>`;
}

function setting([name, value]: readonly [string, string]): Html {
  return html`<div><dt>${visibleLine(name)}</dt><dd>${visibleLine(value)}</dd></div>`;
}

/** Settings by dotted name, as texts. */
function flat(value: unknown, name = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, name === '' ? key : `${name}.${key}`));
}
