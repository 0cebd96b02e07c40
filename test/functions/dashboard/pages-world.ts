import { parseHTML } from 'linkedom';
import type { LoadedPolicy } from '#functions/generate/policy/policy-sampler.ts';
import { evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import type { TokenScope } from '#shared/records/tokens.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { record } from '#shared/storage/records.ts';
import { ApiWorld } from '../api/api-world.ts';
import { MODEL, scriptedPolicy } from '../small-world.ts';

/** An answer of the pages. */
export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const STEPS = 6;
export const RUN = 'r';

/** The pages over a small world, and a browser that may have signed in. */
export class PagesWorld {
  readonly api: ApiWorld;
  #cookie: string | undefined;

  private constructor(api: ApiWorld) {
    this.api = api;
  }

  static async create(
    scope: TokenScope | null = 'write',
    host: Parameters<typeof ApiWorld.create>[0] = {},
  ): Promise<PagesWorld> {
    const made = new PagesWorld(await ApiWorld.create(host));
    if (scope !== null) await made.signIn(await made.api.token(scope));
    return made;
  }

  async signIn(token: string): Promise<Shown> {
    const answer = await this.send('/sign-in', { token });
    this.#cookie = /^[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0];
    return answer;
  }

  get cookie(): string | undefined {
    return this.#cookie;
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Shown> {
    return shownOf(await this.api.app.request(path, { headers: { ...this.#headers, ...headers } }));
  }

  /** A form as a browser sends it. */
  async send(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Shown> {
    const body = new URLSearchParams(fields).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://localhost' };
    return shownOf(
      await this.api.app.request(path, {
        method: 'POST',
        body,
        headers: { ...this.#headers, ...type, ...headers },
      }),
    );
  }

  /** The page at a path, as a browser would read it. */
  async document(path: string) {
    const { text } = await this.get(path);
    return parseHTML(text).document;
  }

  get #headers(): Record<string, string> {
    return { ...BROWSER, ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }) };
  }

  /**
   * Stores a run of six steps with a checkpoint every three, evaluated on four problems. All texts in it that are not
   * ours are `text`.
   *
   * @param disputed - whether a second grader judges as well, who finds answers outside of boxes, where every second is
   * @param unscored - whether the last checkpoint's evaluation is left as it was asked for
   * @returns the evaluations of its three checkpoints
   */
  async putRun(
    text: string,
    {
      run = RUN,
      unscored = false,
      disputed = false,
      createdAt = 1000,
      reward = 'reward',
      seed = 0,
      fork = false,
    } = {},
  ): Promise<readonly string[]> {
    const { store } = this.api.world;
    const example = { id: 'one', prompt: text, answer: text };
    const examples = await putBlob(store, new TextEncoder().encode(JSON.stringify(example)));
    const requests: EvaluationRequest[] = [];
    for (const step of [0, 3, 6]) requests.push(await this.#request(text, step, disputed));
    const config = {
      ...{ recipe: text, steps: STEPS, prompts: 2, samples: 4, model: MODEL, examples, checkpointEvery: 3 },
      ...{
        reward: { kind: 'verifier', mode: reward },
        data: { labelOverride: null, wrongLabels: { share: 0 } },
      },
      ...{ evaluation: requests[0], note: text, sampling: { seed, temperature: 0.6 } },
      fork: fork ? { checkpoint: keys.checkpoint({ run: RUN, step: 3, incarnation: 1 }) } : null,
    };
    await put(store, record.run(run), { config, codeVersion: text });
    await put(store, record.runEntry(createdAt, run), { run, createdAt, recipe: text });
    const host = { torch: 't', transformers: 't', instructionSet: 'i' };
    await put(store, record.incarnation(run, 1), { nonce: 'n', resumesFrom: null, host });
    let parent: string | null = null;
    for (const [index, step] of [0, 3, 6].entries()) {
      const evaluation = requests[index] as EvaluationRequest; // one for each
      const steps = await this.#putSteps(run, step, text);
      const ref = { run, step, incarnation: 1 };
      await put(store, record.checkpoint(ref), { step, model: MODEL, state: {}, parent, steps, evaluation });
      parent = keys.checkpoint(ref);
      const asked = await this.api.world.ask(evaluation);
      if (unscored && step === STEPS) {
        await put(store, record.pendingEvaluation({ evaluation: asked.evaluation, round: 0 }), {
          createdAt: 0,
        });
        continue;
      }
      this.api.world.policy = policyThatSolves(1 + step / 3, text, disputed);
      await this.api.world.deliver({ schemaVersion: 1, type: 'checkpoint-committed', ...ref });
      await this.api.world.settle();
    }
    this.api.passTime();
    return requests.map(evaluationId);
  }

  async #putSteps(run: string, checkpoint: number, text: string) {
    if (checkpoint === 0) return [];
    const steps = [];
    for (const step of [checkpoint - 2, checkpoint - 1, checkpoint]) {
      const metrics = {
        ...{
          'reward/mean': step / 8,
          'reward/mixed_group_share': step % 2 === 0 ? 0.5 : 1,
          'completion/tokens': 100,
        },
        ...{
          'completion/length_mean': 10 + step,
          'policy/entropy': 1 / step,
          'policy/clip_share': 0,
          'group/correct_4': 0,
        },
      };
      const journal = await putBlob(
        this.api.world.store,
        new TextEncoder().encode(JSON.stringify(journalOf(step, text))),
      );
      await put(this.api.world.store, record.step({ run, step, incarnation: 1 }), { step, journal, metrics });
      steps.push({ step, metrics });
    }
    return steps;
  }

  /** Four problems, the last of them a text; of a later checkpoint more are answered right. */
  async #request(text: string, step: number, disputed: boolean): Promise<EvaluationRequest> {
    const problems = [0, 1, 2, 3].map((index): Problem => {
      const problem = index === 3 ? text : `${index} + 1`;
      return { id: `sums/${index}`, problem, answer: String(index + 1) };
    });
    const digest = await putProblemSet(this.api.world.store, problems);
    const protocol = { samples: 1, temperature: 0, topP: 1, maxTokens: 3072 + step };
    const benchmarks = [{ name: 'sums', ...protocol, digest, problems }];
    const graders = disputed ? (['reward', 'benchmark'] as const) : (['reward'] as const);
    const settings = { benchmarks: ['sums'], template: 'chat', graders } as const;
    return evaluationRequest({ model: MODEL, generatorVersion: 'scripted', benchmarks, settings });
  }
}

/** Solves so many of the problems; all its completions hold a text. */
function policyThatSolves(count: number, text: string, disputed: boolean): LoadedPolicy {
  return {
    ...scriptedPolicy,
    prompt: (problem) => [/^\d \+ 1$/.test(problem) ? Number(problem[0]) : 3],
    checkPrompt: () => {},
    // The answer first: after a text that opens a comment, none is read.
    decode: ([answer = 0]) =>
      disputed && answer % 2 === 1 ? `The answer is ${answer}. ${text}` : `\\boxed{${answer}} ${text}`,
    generateInTurn: async (asked) =>
      asked.map(({ prompt: [index = 0] }) => ({
        tokens: [index < count ? index + 1 : 77, 99],
        logprobs: [0, 0],
        finish: 'stop' as const,
      })),
  };
}

function journalOf(step: number, text: string) {
  const rollouts = [0, 1].flatMap((row) =>
    [0, 1, 2, 3].map((sample) => {
      const correct = row === 0 ? sample % 2 === 0 : step % 2 === 0;
      return {
        ...{ row, sample, example: 'one', prompt: '', completion: 'AAAAAAAAAAA=', truncated: sample === 3 },
        ...{ text: `${text} ${sample % 2}`, samplerLogprobs: '', oldLogprobs: null, referenceLogprobs: null },
        ...{
          verdict: correct ? 'correct' : 'incorrect',
          reason: text,
          extracted: text,
          reward: correct ? 1 : 0,
        },
        ...{ advantage: row === 0 ? (correct ? 0.87 : -0.87) : 0, critic: null },
      };
    }),
  );
  return { schemaVersion: 1, step, rollouts };
}

async function shownOf(response: Response): Promise<Shown> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}
