import { readFile } from 'node:fs/promises';
import { submitJob } from '#shared/adapters/aws/submit-job.ts';
import { parseTrainer } from '#shared/adapters/deployment.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import { KnownError } from '#shared/errors.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { type RunConfig, singleRewards } from '#trainer/settings/config.ts';
import { offeringData } from '../data/offering-data.ts';
import { askRun } from './ask-run.ts';
import { type LookAheadOptions, lookAhead } from './look-ahead.ts';
import { resolveRun } from './resolve-run.ts';

export interface SubmitOptions extends LookAheadOptions {
  readonly inexact?: boolean;
  readonly rewind?: boolean;
  readonly resample?: boolean;
}

/**
 * Settles a run in the deployment's store and submits it to its job queue. Submitted again, it goes on where it
 * stands: the newest driver takes over.
 *
 * @throws {KnownError} `does-not-fit`, `deployment-needed`, `trainer-missing`, and what AWS says
 */
export async function submitRun(recipe: Recipe | undefined, options: SubmitOptions): Promise<void> {
  const { aws } = options;
  if (aws === undefined) {
    throw new KnownError(
      'deployment-needed',
      'Name the deployment: --aws FILE, as `cdk deploy --outputs-file` wrote it.',
    );
  }
  const place = await openPlace(options);
  const trainer = parseTrainer(await readFile(aws, 'utf8'), aws);
  const asked = await askRun(place.store, recipe, options);
  const { decided } = await lookAhead(place, asked, options, process.env);
  const resolve = () => resolveRun(place, asked, process.env, decided);
  const { run, config } = await offeringData(resolve, options);
  const { inexact = false, rewind = false, resample = false } = options;
  const consent = Object.entries({ INEXACT: inexact, REWIND: rewind, RESAMPLE: resample }).flatMap(
    ([name, given]) => (given ? [name] : []),
  );
  const job = await submitJob({ run, ...trainer, consent }, {});
  const packages = rewardPackages(config);
  const needs =
    packages.length > 0 ? `Its image must have what the reward imports: ${packages.join(', ')}.\n` : '';
  const follow = `Follow it: GET /v1/runs/${run}, or the job in the Batch console.`;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ event: 'submitted', run, job, ...(packages.length > 0 && { packages }) })}\n`
      : `Run: ${run}\nJob: ${job}\n${needs}${follow}\n`,
  );
  place.close();
}

/** The packages of the run's reward modules, which are not stored with it: `name@version`. */
function rewardPackages({ reward }: RunConfig): readonly string[] {
  const all = singleRewards(reward).flatMap((each) =>
    each.kind === 'module' ? (each.imports?.packages ?? []) : [],
  );
  return [...new Set(all.map(({ name, version }) => `${name}@${version}`))];
}
