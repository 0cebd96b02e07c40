import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { VllmSettings } from '#functions/generate/model-server/vllm-settings.ts';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { freePort } from '#shared/adapters/http/free-port.ts';
import type { ServerProcess } from '#shared/adapters/vllm/server-process.ts';
import { vllmStarter } from '#shared/adapters/vllm/start-vllm.ts';
import { vllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import { type Line, oneshot } from '../e2e/oneshot.ts';

const vllm = inject('vllm');
const base = resolve('trainer/microcosm/bases/habit-70-35');
const STEPS = 5;
/** The server is killed when this step is over. */
const KILLED_AFTER = 2;

describe.skipIf(vllm.kind === 'missing')('training that samples from real vLLM', () => {
  let home: string;
  let url: string;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'oneshot-vllm-'));
    url = `http://127.0.0.1:${await freePort()}`;
    await start();
  });

  afterAll(async () => {
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('computes as the sampler does, through a restart of the server, and learns from it', async () => {
    let restarted: Promise<void> | undefined;
    const { code, lines, stderr } = await oneshot(
      [
        ...[
          'train',
          'micro-pi1',
          '--sampler',
          'vllm',
          '--home',
          home,
          '--name',
          'served',
          '--wait',
          '--json',
        ],
        ...[
          '--steps',
          String(STEPS),
          '--prompts',
          '8',
          '--samples',
          '4',
          '--checkpoint-every',
          String(STEPS),
        ],
        ...['--eval-benchmarks', 'micro-aime24', '--eval-limit', '1'],
      ],
      (line) => {
        if (line['event'] !== 'step' || line['step'] !== KILLED_AFTER) return;
        restarted = server?.stop().then(start);
      },
      { ...process.env, ONESHOT_SAMPLER_URL: url },
    );
    await restarted;
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const steps = lines.filter(({ event }) => event === 'step').map(metricsOf);
    expect(steps).toHaveLength(STEPS);
    for (const metrics of steps) {
      // fp32 on both sides: 1e-5 nats of difference are 5e-11.
      expect(metrics['policy/mismatch_kl']).toBeLessThan(1e-8);
      expect(metrics['policy/mismatch_kl']).toBeGreaterThan(0);
      expect(metrics['reward/mean']).toBeGreaterThan(0);
    }
    process.stderr.write(`vllm: mismatch_kl ${steps.map((each) => each['policy/mismatch_kl']).join(' ')}\n`);
  });

  async function start(): Promise<void> {
    if (vllm.kind === 'missing') return;
    const settings = VllmSettings.parse({
      MODEL_SERVER_ENDPOINT: 'policy',
      MODEL_SERVER_COMMAND: vllm.program,
      MODEL_SERVER_DEVICE: 'cpu',
      MODEL_SERVER_START_SECONDS: '200',
    });
    const control = vllmControl({ url, exchange, loadMs: 60_000, healthMs: 5000 });
    // The other base model: only what is published makes the two sides agree.
    server = await vllmStarter(settings, {
      url,
      servedModel: 'policy',
      control,
      root: resolve('.'),
      log: () => undefined,
    })(base);
  }
});

function metricsOf(line: Line): Readonly<Record<string, number>> {
  return line['metrics'] as Record<string, number>; // written by ProgressView
}
