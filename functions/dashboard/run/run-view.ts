import { html } from 'hono/html';
import { pages } from '../shell/address.ts';
import { shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import { aboutSection } from './about-section.ts';
import { alertSection } from './alert-section.ts';
import { checkpointSection } from './checkpoint-section.ts';
import { headline } from './headline.ts';
import type { RunData } from './run-data.ts';
import type { RunQuery } from './run-query.ts';
import { scoreSection } from './score-section.ts';
import { trainingSection } from './training-section.ts';

/** The page of a run: the result as a sentence, the facts, the evidence, and what it is that was run. */
export function runView(data: RunData, { query, csrf }: Looking<RunQuery>): View {
  const { run, recipe } = data;
  return {
    title: `${recipe}, run ${shortId(run)}`,
    tab: 'runs',
    crumbs: [
      { label: 'Runs', href: pages.runs() },
      { label: recipe, href: pages.runs({ recipe }) },
      { label: `run ${shortId(run)}` },
    ],
    live: isLive(data),
    body: html`${headline(data)}${alertSection(data)}${scoreSection(data, query)}${checkpointSection(data, csrf)}${trainingSection(data, query)}${aboutSection(data)}`,
    command: `oneshot eval ${run}`,
  };
}

/** Whether steps or scores may still come. */
function isLive({ state, checkpoints }: RunData): boolean {
  return (
    state !== 'finished' || checkpoints.some((each) => each.state === 'waiting' || each.state === 'running')
  );
}
