import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '#cli/package/package-root.ts';

const Step = z.object({ uses: z.string().optional(), run: z.string().optional() });
const Job = z.object({
  'timeout-minutes': z.number(),
  permissions: z.never().optional(),
  steps: z.array(Step),
});
const Workflow = z.object({
  permissions: z.strictObject({ contents: z.literal('read') }),
  jobs: z.record(z.string(), Job),
});

const { jobs } = Workflow.parse(parse(read('.github/workflows/ci.yml')));
const steps = Object.values(jobs).flatMap((job) => job.steps);
const commands = steps.flatMap(({ run = '' }) => run.split('\n'));
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

describe('the workflow of continuous integration', () => {
  it('runs every npm command that .ci/run runs', () => {
    const wanted = read('.ci/run')
      .split('\n')
      .filter((line) => line.startsWith('npm '));
    expect(wanted).toContain('npm test');
    expect(commands).toEqual(expect.arrayContaining(wanted));
  });

  it('names only npm scripts that there are', () => {
    const named = commands.flatMap((command) => {
      const [, script, test] = /^npm (?:run (\S+)|(test))/.exec(command) ?? [];
      return script ?? test ?? [];
    });
    expect(named).not.toEqual([]);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });

  it('pins each action by its commit', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.filter((action) => !/^actions\/[a-z-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(join(packageRoot, file), 'utf8');
}
