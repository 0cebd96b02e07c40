import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { answerable } from '#functions/generate/ask-or-reason.ts';
import { endpointSeed } from '#functions/generate/endpoint/endpoint-sampler.ts';
import { loadEndpointText } from '#functions/generate/endpoint/endpoint-text.ts';
import { loadPolicy } from '#functions/generate/policy/load-policy.ts';
import { policySampler } from '#functions/generate/policy/policy-sampler.ts';
import type { Completion } from '#shared/records/evaluations.ts';
import { ampleTurn } from '../functions/generate/ample-turn.ts';
import { MicroModels, type MicroShard } from '../functions/generate/model-server/micro-models.ts';
import { ManagedVllm } from './managed-vllm.ts';

const vllm = inject('vllm');
const GREEDY = { benchmark: 'micro-math500', problems: 40 };
const SAMPLED = { benchmark: 'micro-aime24', problems: 5 };
/** Of so many completions, one is also asked for directly and alone, which takes a second on a busy machine. */
const SHARE = 8;

/** One server serves all tests, in their order: each start of it takes as long as many shards. */
describe.skipIf(vllm.kind === 'missing')('the model server on real vLLM', () => {
  let models: MicroModels;
  let server: ManagedVllm;

  beforeAll(async () => {
    if (vllm.kind === 'missing') return;
    models = await MicroModels.create();
    server = await ManagedVllm.create(vllm.program, models);
  });

  afterAll(async () => {
    await server?.stop();
    await models?.remove();
  });

  it('gives verified completions, equal to those of direct requests', async () => {
    const shard = await models.shard(models.first, SAMPLED);
    const [part] = await server.generate(shard);
    process.stderr.write(`vllm: started in ${server.events('model-server-ready')[0]?.['seconds']} s\n`);
    expect(part?.header.policy).toBe('verified');
    expect(part?.completions).toHaveLength(40);
    expect(server.sent.at(-1)?.type).toBe('verify-shard');
    expect(spread(part?.completions)).toEqual(await askDirectly(shard));
  });

  it('writes the same greedy completions as our decoder', async () => {
    const shard = await models.shard(models.first, GREEDY);
    const [part] = await server.generate(shard);
    const policy = await loadPolicy(await models.fetchModel(models.first), { threads: 1 });
    const decoder = policySampler(policy, shard.request.generation);
    const answers = await decoder.complete(shard.items, shard.problems, ampleTurn);
    const ours = answerable<Completion>(answers.filter((answer) => answer !== undefined));
    await policy.release();
    const equal = ours.filter((completion, i) => isEqual(completion, part?.completions[i]));
    process.stderr.write(`vllm: ${equal.length} of ${ours.length} greedy completions are our decoder's\n`);
    expect(equal).toHaveLength(ours.length);
  });

  it('takes the weights of another model between two shards, and changes back', async () => {
    const [before] = await server.generate(await models.shard(models.first, { ...SAMPLED, seed: 1 }));
    const [other] = await server.generate(await models.shard(models.second, { ...SAMPLED, seed: 1 }));
    expect(await server.weightVersion()).toBe(models.second);
    const again = await models.shard(models.first, { ...SAMPLED, seed: 1, problems: 4 });
    const [back] = await server.generate(again);
    expect(await server.weightVersion()).toBe(models.first);
    expect(other?.completions).not.toEqual(before?.completions);
    expect(back?.completions).toEqual(before?.completions.slice(0, 32));
    expect(server.events('model-server-starting')).toHaveLength(1);
  });

  it('discards a shard during which somebody else loaded other weights', async () => {
    const shard = await models.shard(models.first, { ...SAMPLED, seed: 2 });
    const folder = await models.fetchModel(models.second);
    const swapping = whileGenerating(server, async () => {
      await server.post('/pause?mode=keep');
      await server.post('/start_weight_update');
      await server.post('/update_weights', { update_info: { path: folder } });
      await server.post('/finish_weight_update', { weight_version: 'of-somebody-else' });
      await server.post('/resume');
    });
    await expect(server.generate(shard)).rejects.toMatchObject({ code: 'policy-changed' });
    await swapping;
    // Delivered again, the message loads the weights anew.
    const [part] = await server.generate(shard);
    expect(spread(part?.completions)).toEqual(await askDirectly(shard));
  });

  it('wakes a server that sleeps, which then completes as before', async () => {
    const shard = await models.shard(models.first, { ...SAMPLED, seed: 4, problems: 1 });
    await server.post('/sleep?level=1');
    const [part] = await server.generate(shard);
    expect(spread(part?.completions)).toEqual(await askDirectly(shard));
  });

  it('refuses a folder of another shape before it touches its own weights', async () => {
    await server.post('/pause?mode=abort');
    await server.post('/start_weight_update');
    const update = { update_info: { path: resolve('test/golden/inference/qwen2-tied') } };
    await expect(server.post('/update_weights', update)).rejects.toThrow(/500.*hidden_size/s);
    await server.post('/resume');
    const shard = await models.shard(models.first, { ...SAMPLED, seed: 5, problems: 1 });
    const [part] = await server.generate(shard);
    expect(spread(part?.completions)).toEqual(await askDirectly(shard));
  });

  it('keeps nothing of a folder that cannot be loaded', async () => {
    await server.post('/pause?mode=abort');
    await server.post('/start_weight_update');
    await expect(server.post('/update_weights', { update_info: { path: '/nowhere' } })).rejects.toThrow(
      '500',
    );
    await server.post('/resume');
    expect(await server.weightVersion()).toBe(models.first);
  });

  it('starts a killed server anew during a shard, whose completions are the same', async () => {
    const pids = processesOf(server.url);
    expect(pids.length).toBeGreaterThan(0);
    const killing = whileGenerating(server, async () => {
      for (const pid of pids) process.kill(pid, 'SIGKILL');
    });
    const killed = await models.shard(models.first, { ...SAMPLED, seed: 3 });
    const [part] = await server.generate(killed);
    await killing;
    expect(server.events('model-server-lost').map(({ detail }) => detail)).toHaveLength(1);
    expect(server.events('model-server-starting')).toHaveLength(2);
    expect(part?.header.policy).toBe('verified');
    expect(spread(part?.completions)).toEqual(await askDirectly(killed));
  });

  it('leaves no process behind when it stops', async () => {
    expect(processesOf(server.url).length).toBeGreaterThan(0);
    await server.stop();
    expect(processesOf(server.url)).toEqual([]);
  });

  /** Some of the same completions, one request after another, as anybody would ask for them. */
  async function askDirectly({ request, items, problems }: MicroShard): Promise<readonly Completion[]> {
    const spec = request.generation;
    const text = await loadEndpointText(await models.fetchModel(spec.model));
    const [set] = spec.sets;
    if (!set) throw new Error('no set');
    const completions: Completion[] = [];
    for (const item of spread(items)) {
      const prompt = text.prompt(problems.get(item.problem)?.problem ?? '', spec.template);
      const { choices } = (await server.post('/v1/completions', {
        model: 'policy',
        prompt,
        max_tokens: Math.min(set.maxTokens, text.context - prompt.length),
        temperature: set.temperature,
        seed: endpointSeed(spec.seed, item.problem, item.sample),
        return_token_ids: true,
      })) as { choices: { text: string; finish_reason: 'stop' | 'length'; token_ids: number[] }[] };
      const [choice] = choices;
      if (!choice) throw new Error('no choice');
      const { token_ids: ids, finish_reason: finish } = choice;
      const written = finish === 'stop' ? ids.slice(0, -1) : ids;
      completions.push({ ...item, text: text.decode(written), tokens: ids.length, finish });
    }
    return completions;
  }
});

function spread<T>(things: readonly T[] = []): readonly T[] {
  return things.filter((_, i) => i % SHARE === 0);
}

function isEqual(a: Completion, b: Completion | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify({ ...a, ...b });
}

/** Does something once the server works on completions. */
async function whileGenerating(server: ManagedVllm, act: () => Promise<void>): Promise<void> {
  for (;;) {
    const metrics = await fetch(`${server.url}/metrics`).then((answer) => answer.text());
    if (/^vllm:num_requests_running\{.*\} [1-9]/m.test(metrics)) return act();
    await sleep(5);
  }
}

/** The server's process group, by the port in its leader's command line. */
function processesOf(url: string): readonly number[] {
  const port = new URL(url).port;
  const lines = execFileSync('ps', ['-eo', 'pid,pgid'], { encoding: 'utf8' }).trim().split('\n').slice(1);
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const leader = rows.find(([pid]) => commandOf(pid).includes(`--port\0${port}\0`))?.[0];
  return leader === undefined ? [] : rows.filter(([, group]) => group === leader).map(([pid]) => pid);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
