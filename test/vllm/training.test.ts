import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Finished, type Line, oneshot } from '../e2e/oneshot.ts';
import { commandOf, processesWith } from '../processes-with.ts';

const vllm = inject('vllm');
const MARK = 'TEST_MARK';
/** The server is killed when this step is over, and the next one stopped when that step is. */
const KILLED_AFTER = 2;
const STOPPED_AFTER = 3;
const STEPS = 5;
const STEP = ['--prompts', '4', '--samples', '4'];
const GREEDY = ['--eval-benchmarks', 'micro-math500', '--eval-limit', '8'];

describe.skipIf(vllm.kind === 'missing')('commands that start real vLLM', () => {
  let home: string;
  /** Of the first step, by one server. */
  let alone: Readonly<Record<string, number>>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'oneshot-vllm-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('train and evaluate by it in turns, through its death in a step and its silence in another', async () => {
    const mark = randomUUID();
    const onLine = (line: Line) => {
      if (line['event'] === 'step' && line['step'] === KILLED_AFTER) signal(mark, 'SIGKILL');
      if (line['event'] === 'step' && line['step'] === STOPPED_AFTER) signal(mark, 'SIGSTOP');
    };
    const args = [
      '--name',
      'served',
      '--steps',
      String(STEPS),
      '--checkpoint-every',
      String(STEPS),
      '--wait',
      ...STEP,
    ];
    const trained = await run(mark, ['train', 'micro-pi1', ...VLLM, ...args, ...GREEDY], onLine);
    expect(trained.code).toBe(0);
    const deaths = trained.lines.filter(({ event }) => event === 'model-server-died');
    expect(deaths.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('SIGKILL'),
      expect.stringContaining('its health was unanswered for 20 s'),
    ]);
    expect(trained.lines.filter(({ event }) => event === 'scores').map(({ step }) => step)).toEqual([
      0,
      STEPS,
    ]);
    const steps = trained.lines.filter(({ event }) => event === 'step').map(metricsOf);
    expect(steps).toHaveLength(STEPS);
    for (const metrics of steps) {
      // fp32 on both sides: 1e-5 nats of difference are 5e-11.
      expect(metrics['policy/mismatch_kl']).toBeLessThan(1e-8);
      expect(metrics['policy/mismatch_kl']).toBeGreaterThan(0);
      expect(metrics['reward/mean']).toBeGreaterThan(0);
    }
    const waits = trained.lines.flatMap(({ lent }) =>
      lent === undefined ? [] : [(lent as Lent).waitSeconds],
    );
    expect(Math.max(...waits)).toBeGreaterThan(0);
    process.stderr.write(`vllm: steps waited ${waits.join(' ')} s for scores\n`);
    process.stderr.write(`vllm: mismatch_kl ${steps.map((each) => each['policy/mismatch_kl']).join(' ')}\n`);
    alone = steps[0] as typeof alone;
    expectNothingLeft(mark, 'served');
  });

  it('draw the same completions from two servers', async () => {
    const mark = randomUUID();
    const args = ['--name', 'two', '--set', 'sampler.servers=2', '--steps', '1', ...STEP];
    const trained = await run(mark, ['train', 'micro-pi1', '--sampler', 'vllm', ...args, ...GREEDY]);
    expect(trained.code).toBe(0);
    const [first] = trained.lines.filter(({ event }) => event === 'step').map(metricsOf);
    for (const name of ['reward/mean', 'completion/tokens', 'completion/accuracy'])
      expect(first?.[name], name).toBe(alone[name]);
    expectNothingLeft(mark, 'two');
  });

  it('evaluate by it as our decoder does, through its death in the evaluation', async () => {
    const mark = randomUUID();
    const args = ['--model', resolve('trainer/microcosm/bases/habit-70-35'), '--benchmarks', 'micro-math500'];
    const evaluating = run(mark, ['eval', ...args, '--limit', '60', '--generator', 'vllm']);
    await killWhileBusy(mark, evaluating);
    const served = await evaluating;
    expect(served.code).toBe(0);
    expect(served.stderr).toContain('model-server-died');
    const decoded = await run(mark, ['eval', ...args, '--limit', '60']);
    const [byServer, byDecoder] = [served, decoded].map(({ lines }) => lines.at(-1) as Line);
    expect(byServer?.['policy']).toBe('verified');
    expect(byServer?.['graders']).toEqual(byDecoder?.['graders']);
    expectNothingLeft(mark, 'no-run');
  });

  const VLLM = ['--sampler', 'vllm', '--generator', 'vllm'];

  function run(mark: string, args: readonly string[], onLine?: (line: Line) => void): Promise<Finished> {
    const program = vllm.kind === 'ready' ? vllm.program : '';
    const watching = { MODEL_SERVER_SILENCE_SECONDS: '20', MODEL_SERVER_HEARTBEAT_SECONDS: '1' };
    const env = { ...process.env, ...watching, ONESHOT_VLLM: program, [MARK]: mark };
    return oneshot([...args, '--home', home, '--json'], onLine, env);
  }
});

/** The servers of a command. */
function serversOf(mark: string): readonly number[] {
  return processesWith(MARK, mark).filter((pid) => commandOf(pid).includes('--worker-extension-cls'));
}

interface Lent {
  readonly waitSeconds: number;
}

function signal(mark: string, name: 'SIGKILL' | 'SIGSTOP'): void {
  const pids = serversOf(mark);
  expect(pids.length).toBeGreaterThan(0);
  for (const pid of pids) process.kill(pid, name);
}

/** Kills the server once it works on completions. */
async function killWhileBusy(mark: string, command: Promise<unknown>): Promise<void> {
  let over = false;
  void command.finally(() => {
    over = true;
  });
  while (!over) {
    const [pid] = serversOf(mark);
    const words = pid === undefined ? [] : commandOf(pid);
    const url = `http://127.0.0.1:${words[words.indexOf('--port') + 1]}/metrics`;
    const metrics = await fetch(url).then(
      (answer) => answer.text(),
      () => '',
    );
    if (/^vllm:num_requests_running\{.*\} [1-9]/m.test(metrics)) return signal(mark, 'SIGKILL');
    await sleep(10);
  }
  throw new Error('the evaluation was over before its server was seen at work');
}

function expectNothingLeft(mark: string, run: string): void {
  expect(processesWith(MARK, mark)).toEqual([]);
  const shared = existsSync('/dev/shm') ? readdirSync('/dev/shm') : [];
  expect(shared.filter((name) => name.startsWith(`oneshot-${run}`))).toEqual([]);
}

function metricsOf(line: Line): Readonly<Record<string, number>> {
  return line['metrics'] as Record<string, number>; // written by ProgressView
}
