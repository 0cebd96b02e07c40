import type { Plane, RoundView } from './plane.ts';
import { type Random, seededRandom } from './random.ts';
import { drawScenario, endsUnswept, type Scenario } from './scenario.ts';
import { Schedule } from './schedule.ts';

/** Makes the plane that a schedule runs on. */
export type MakePlane<M> = (scenario: Scenario, random: Random) => Promise<Plane<M>>;

export interface Finding {
  readonly seed: number;
  readonly violation: string;
  readonly scenario: Scenario;
  readonly trace: readonly string[];
}

/** After so many nothing may be pending: one for what was lost, one for a round that waited for the one before. */
const SWEEPS = 3;

/** Runs the schedule of a seed; gives back what it found wrong, if anything, and how it came to that. */
export async function explore<M>(seed: number, makePlane: MakePlane<M>): Promise<Finding | undefined> {
  const found = await run(seed, makePlane, false);
  return found && run(seed, makePlane, true);
}

/** The first finding among these seeds, if there is one. */
export async function search<M>(
  seeds: Iterable<number>,
  makePlane: MakePlane<M>,
): Promise<Finding | undefined> {
  for (const seed of seeds) {
    const found = await explore(seed, makePlane);
    if (found) return found;
  }
  return undefined;
}

async function run<M>(seed: number, makePlane: MakePlane<M>, traced: boolean): Promise<Finding | undefined> {
  const random = seededRandom(seed);
  const scenario = drawScenario(random);
  const plane = await makePlane(scenario, random);
  const schedule = new Schedule(plane, random, scenario, traced);
  await runRounds(schedule, plane, scenario);
  const look = () => Promise.all([...schedule.rounds].map((round) => plane.view(round)));
  const found = [
    ...(endsUnswept(scenario) ? unended(await look(), 'without the sweep') : []),
    ...(await sweepAll(schedule, look)),
    ...(scenario.repeated ? await redeliver(schedule, look) : []),
  ];
  for (const [round, view] of (await look()).entries()) {
    found.push(...misjudged(round, view, scenario, schedule.buried), ...(await untrue(round, view)));
  }
  const [violation] = [...found, ...schedule.violations, ...plane.violations];
  return violation === undefined ? undefined : { seed, violation, scenario, trace: schedule.trace ?? [] };
}

async function runRounds<M>(schedule: Schedule<M>, plane: Plane<M>, { retry }: Scenario): Promise<void> {
  await schedule.ask(0);
  await schedule.trouble();
  await schedule.rest();
  const { summary, refused } = await plane.view(0);
  if (retry !== 'after' || (summary === undefined && !refused)) return;
  await schedule.ask(1);
  await schedule.trouble();
  await schedule.rest();
}

async function sweepAll<M>(
  schedule: Schedule<M>,
  look: () => Promise<readonly RoundView[]>,
): Promise<readonly string[]> {
  for (let i = 0; i < SWEEPS && (await look()).some(({ pending }) => pending); i++) {
    schedule.sweep();
    await schedule.rest();
  }
  const views = await look();
  const left = views.flatMap(({ pending }, round) =>
    pending ? [`round ${round} is promised for ever`] : [],
  );
  return [...unended(views, 'after the sweep'), ...left];
}

/** Termination: every round has a summary or a refusal. A promise that was repeated late may be left to the sweep. */
function unended(views: readonly RoundView[], when: string): readonly string[] {
  return views.flatMap(({ summary, refused }, round) =>
    summary === undefined && !refused ? [`round ${round} has not ended ${when}`] : [],
  );
}

/** G1: whatever is delivered again changes nothing. Completions of a failed shard may still come. */
async function redeliver<M>(
  schedule: Schedule<M>,
  look: () => Promise<readonly RoundView[]>,
): Promise<readonly string[]> {
  const before = await look();
  schedule.mailbox.repeatAll();
  await schedule.rest();
  const after = await look();
  return after.flatMap(({ contents }, round) =>
    contents === before[round]?.contents ? [] : [`G1: a late delivery changed round ${round}`],
  );
}

/** G2: a summary belongs to the outcomes that are stored. */
async function untrue(round: number, { summary, expected }: RoundView): Promise<readonly string[]> {
  if (summary === undefined) return [];
  const right = await expected();
  return summary === right ? [] : [`G2: the summary of round ${round} is ${summary}, not ${right}`];
}

/** Every refusal and failure has a cause in the schedule. */
function misjudged(
  round: number,
  { planned, refused, outcomes }: RoundView,
  { poison, deadly, cancelled, tooCheap }: Scenario,
  buried: ReadonlySet<string>,
): readonly string[] {
  const found: string[] = [];
  const died = (name: string) => buried.has(name) && (deadly || poison === name);
  if (tooCheap && planned) found.push(`round ${round} was planned though it costs too much`);
  if (refused && !tooCheap && !died(`plan ${round} 0`))
    found.push(`nothing explains that round ${round} was refused`);
  for (const [shard, outcome] of outcomes) {
    const explained =
      outcome === 'scored' ||
      (outcome === 'cancelled' && cancelled && round === 0) ||
      (outcome.endsWith('-dead') && died(`${outcome.replace('-dead', '')} ${round} ${shard}`));
    if (!explained) found.push(`nothing explains that shard ${shard} of round ${round} is ${outcome}`);
  }
  return found;
}
