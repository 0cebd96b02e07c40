import type { Capacity } from '#functions/admission/admissible.ts';
import { bury } from '#functions/dead-letter/bury.ts';
import { generateShard } from '#functions/generate/generate-shard.ts';
import type { LoadedPolicy } from '#functions/generate/policy/policy-sampler.ts';
import { samplerOf } from '#functions/generate/sampler-of.ts';
import { StoringSpeed } from '#functions/generate/storing-speed.ts';
import { planEvaluation } from '#functions/plan/plan-evaluation.ts';
import { verifyShard } from '#functions/verify/verify-shard.ts';
import { type EvaluationSettings, evaluationRequest } from '#shared/benchmarks/evaluation-request.ts';
import { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../ports/memory-store.ts';

export const MODEL = 'm'.repeat(26);
const settings: EvaluationSettings = { benchmarks: ['sums'], template: 'chat', graders: ['reward'] };

/** Answers by arithmetic: right for even sums, wrong for odd ones; its text depends on the request alone. */
export const scriptedPolicy: LoadedPolicy = {
  policy: 'verified',
  prompt: (problem) => [...problem].map((character) => character.charCodeAt(0)),
  decode: (tokens) => `so \\boxed{${tokens.join('')}}`,
  checkPrompt: (prompt) => {
    if (prompt.length > 7) throw new KnownError('prompt-too-long', 'a sum is too long');
  },
  freeRows: () => 0,
  stopTokens: () => [99],
  generateInTurn: async (requests) =>
    requests.map(({ prompt, draw }) => {
      const [a, b] = String.fromCharCode(...prompt)
        .split(' + ')
        .map(Number) as [number, number];
      const right = (a + b) % 2 === 0 && draw.sample === 0;
      return { tokens: [right ? a + b : a * 100, 99], logprobs: [0, 0], finish: 'stop' };
    }),
};

/** A store that holds a model and a benchmark of sums, and the stages over it; messages are kept, not delivered. */
export class SmallWorld {
  readonly store: ObjectStore;
  readonly sent: Message[] = [];
  now = 1000;
  /** What plan expects a completion to take, where its benchmark allows more. */
  expectedTokens = 900;
  /** Completions between two looks at the time: this policy takes all that it gets, whatever the time. */
  batch = Number.POSITIVE_INFINITY;
  policy: LoadedPolicy = scriptedPolicy;
  /** Of its workers. */
  speed = new StoringSpeed();
  readonly log: LogEntry[] = [];
  remainingMs: () => number = () => Number.POSITIVE_INFINITY;
  capacity: Capacity = {
    worker: { memoryMib: 3008, diskBytes: 1e9, turnSeconds: 300 },
    costUsd: (tokens) => tokens * 1e-6,
    endpoints: [],
  };

  private constructor(store: ObjectStore) {
    this.store = store;
  }

  static async create(store: ObjectStore = new MemoryStore()): Promise<SmallWorld> {
    await put(store, record.model(MODEL), { files: {} });
    return new SmallWorld(store);
  }

  /** The stages over a store that holds a model already. */
  static over(store: ObjectStore): SmallWorld {
    return new SmallWorld(store);
  }

  async request({ problems = 60, samples = 1, maxTokens = 3072 } = {}): Promise<EvaluationRequest> {
    const set = Array.from({ length: problems }, (_, i): Problem => {
      const [a, b] = [i % 17, i % 5];
      return {
        id: `sums/${i}`,
        problem: `${a} + ${b}`,
        answer: String(a + b),
        subject: `mod ${b}`,
      };
    });
    const digest = await putProblemSet(this.store, set);
    const protocol = { samples, temperature: samples === 1 ? 0 : 0.6, topP: 1, maxTokens };
    const benchmarks = [{ name: 'sums', ...protocol, digest, problems: set }];
    return evaluationRequest({ model: MODEL, generatorVersion: 'scripted', benchmarks, settings });
  }

  /** Stores a request and gives back the message that asks for it. */
  async ask(request: EvaluationRequest): Promise<Message & { evaluation: string }> {
    const evaluation = evaluationId(request);
    await put(this.store, record.evaluationRequest(evaluation), request);
    return { schemaVersion: 1, type: 'evaluation-requested', evaluation, round: 0 };
  }

  send = async (message: Message): Promise<void> => {
    this.sent.push(message);
  };

  sendAll = async (messages: readonly Message[]): Promise<void> => {
    this.sent.push(...messages);
  };

  /** Lets the stage of a message handle it once. */
  async deliver(message: Message): Promise<void> {
    const { store, send, sendAll } = this;
    const sampler = samplerOf({ store, load: async () => this.policy, endpoints: {} });
    switch (message.type) {
      case 'checkpoint-committed':
      case 'evaluation-requested':
        return planEvaluation(message, {
          store,
          sendAll,
          clock: { now: () => this.now },
          expectedTokens: () => this.expectedTokens,
          capacity: this.capacity,
        });
      case 'generate-shard':
        await generateShard(message, {
          takeTurn: (_, work) => work(),
          store,
          send,
          speed: this.speed,
          sampler: async (...asked) => ({ ...(await sampler(...asked)), batch: this.batch }),
          remainingMs: () => this.remainingMs(),
          log: (entry) => this.log.push(entry),
        });
        return;
      case 'verify-shard':
        return verifyShard(message, { store });
      default:
        return message satisfies never;
    }
  }

  /** Delivers what was sent, oldest first, until nothing is left. */
  async settle(): Promise<void> {
    for (let message = this.sent.shift(); message; message = this.sent.shift()) await this.deliver(message);
  }

  async bury(message: Message): Promise<void> {
    await bury(message, { store: this.store, send: this.send, sendAll: this.sendAll });
  }

  /** Every object by key, as text. */
  async contents(prefix = ''): Promise<ReadonlyMap<string, string>> {
    const found = await this.store.list(prefix);
    const bodies = await Promise.all(found.map((key) => this.store.get(key)));
    return new Map(found.map((key, i) => [key, Buffer.from(bodies[i] as Uint8Array).toString('base64')]));
  }
}
