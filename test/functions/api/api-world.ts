import type { ApiHost } from '#functions/api/api-ports.ts';
import { type Api, api } from '#functions/api/app.ts';
import { judgesHere } from '#functions/api/verify/judges.ts';
import { statelessSessions } from '#functions/dashboard/browser-sessions.ts';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { createToken, storedTokens } from '#functions/tokens/stored-tokens.ts';
import { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { TokenScope } from '#shared/records/tokens.ts';
import { indexProblemSet } from '#shared/storage/problem-set-index.ts';
import { MODEL, SmallWorld } from '../small-world.ts';

/** A parsed answer; `body` is whatever JSON it held. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface Asking {
  readonly token?: string | null;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const BENCHMARKS = { sums: 1, drawn: 4 } as const;

/** The API over a small world, whose stages do what it asks for. */
export class ApiWorld {
  readonly world: SmallWorld;
  readonly app: Api;
  readonly logged: LogEntry[] = [];
  host: ApiHost;
  #token = '';

  private constructor(world: SmallWorld, host: Partial<ApiHost>) {
    this.world = world;
    const { store, send } = world;
    const clock = { now: () => this.world.now };
    this.host = {
      version: '0.0.0',
      generatorVersion: 'scripted',
      endpoints: { 'gpu-box': 'vllm/1' },
      worker: { memoryMib: 3008, diskBytes: 1e9, turnSeconds: 300 },
      costUsd: (tokens) => tokens * 1e-6,
      maxCompletions: 1000,
      concurrency: { generate: 2 },
      canStream: true,
      trouble: () => undefined,
      ...host,
    };
    this.app = api({
      ...{ store, send, clock, lists: new CachedLists(store, clock), tokens: storedTokens(store) },
      sessions: statelessSessions,
      depths: async () => ({
        plan: this.#depthOf(['checkpoint-committed', 'evaluation-requested']),
        generate: this.#depthOf(['generate-shard']),
        verify: this.#depthOf(['verify-shard']),
      }),
      benchmark: protocolOf,
      judges: judgesHere(60_000),
      host: this.host,
      log: (entry) => this.logged.push(entry),
    });
  }

  #depthOf(types: readonly Message['type'][]) {
    return { waiting: this.world.sent.filter(({ type }) => types.includes(type)).length, taken: 2, dead: 0 };
  }

  /** With a model, and sixty sums pushed as `sums`. */
  static async create(host: Partial<ApiHost> = {}): Promise<ApiWorld> {
    const made = new ApiWorld(await SmallWorld.create(), host);
    await made.pushSums(60);
    made.#token = await made.token('write');
    return made;
  }

  async pushSums(problems: number): Promise<string> {
    const { problemSets } = await this.world.request({ problems });
    const digest = problemSets['sums']?.digest ?? '';
    await indexProblemSet(this.world.store, 'sums', digest, this.world.now++);
    return digest;
  }

  token(scope: TokenScope): Promise<string> {
    return createToken(this.world.store, { name: `a ${scope}er`, scope, createdAt: 0 });
  }

  async ask(method: string, path: string, { token, json, text, headers }: Asking = {}): Promise<Answer> {
    const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
    const presented = token === undefined ? this.#token : token;
    const response = await this.app.request(path, {
      method,
      headers: {
        ...(presented === null ? {} : { authorization: `Bearer ${presented}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const received = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && received !== '' ? JSON.parse(received) : received,
    };
  }

  get(path: string, asking?: Asking): Promise<Answer> {
    return this.ask('GET', path, asking);
  }

  post(path: string, json?: unknown): Promise<Answer> {
    return this.ask('POST', path, { json });
  }

  /** Asks for the sums and gives back the evaluation's id. */
  async evaluate(settings: object = {}): Promise<string> {
    const { status, body } = await this.post('/v1/evaluations', { ...wanted, ...settings });
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.evaluation;
  }

  /** As `evaluate`, then lets the stages work until nothing is left. */
  async evaluated(settings: object = {}): Promise<string> {
    const evaluation = await this.evaluate(settings);
    await this.world.settle();
    this.passTime();
    return evaluation;
  }

  /** Lets the stages work, but everything about shard 0 is lost for good. */
  async settleWithDeadShard(): Promise<void> {
    const { sent } = this.world;
    for (let message = sent.shift(); message; message = sent.shift()) {
      if (isAboutShard(message, 0)) await this.world.bury(message);
      else await this.world.deliver(message);
    }
    this.passTime();
  }

  /** Longer than lists are remembered. */
  passTime(): void {
    this.world.now += 5001;
  }
}

/** The least that asks for an evaluation. */
export const wanted = { model: MODEL, benchmarks: ['sums'] };

function protocolOf(name: string) {
  if (!Object.hasOwn(BENCHMARKS, name))
    throw new KnownError('benchmark-unknown', `There is no benchmark ${name}.`);
  const samples = BENCHMARKS[name as keyof typeof BENCHMARKS]; // looked up above
  return { samples, temperature: samples === 1 ? 0 : 0.6, topP: 1, maxTokens: 3072, expectedTokens: 900 };
}

function isAboutShard(message: Message, shard: number): boolean {
  return 'shard' in message && message.shard === shard;
}
