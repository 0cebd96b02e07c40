/**
 * A server that answers vLLM's routes of weights and of tokens, from arithmetic instead of a model: a completion depends
 * on the weights that it holds, the prompt and the seed. Faults are what a test scripts.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { sha256Words } from '#shared/encoding/digest.ts';

export interface StubAsk {
  readonly token_ids: readonly number[];
  readonly sampling_params: Readonly<Record<string, unknown>> & {
    readonly seed: number;
    readonly max_tokens: number;
    readonly stop_token_ids: readonly number[];
  };
}

export interface StubAnswer {
  readonly choices: [
    {
      token_ids: number[];
      finish_reason: string;
      logprobs: { content: { token_id: number; logprob: number }[] };
      weight_versions: { version: string; start: number; end: number }[];
    },
  ];
}

/** What a fault makes of one answer: another body, a status, a cut body, a connection that ends. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'answer'; readonly change: (answer: StubAnswer) => unknown };

export const MAX_MODEL_LENGTH = 40;

export class StubVllm {
  readonly server: Server;
  readonly asks: StubAsk[] = [];
  /** Folders that were loaded, in order. */
  readonly loads: string[] = [];
  weights = 'of its start';
  version = 'default';
  healthy = true;
  asleep = false;
  /** It refuses to sleep. */
  sleepless = false;
  /** Called before each completion, the canary's included. */
  onGenerate: (count: number) => Fault | undefined = () => undefined;
  /** Called when weights were taken. */
  onLoad: (count: number) => void = () => undefined;
  /** Status of the next answers to `/update_weights`. */
  failingLoads = 0;

  constructor() {
    this.server = createServer((request, response) => void this.#answer(request, response));
  }

  /** As a server that ends and starts again: it holds what it was started with. */
  restart(): void {
    this.weights = 'of its start';
    this.version = 'default';
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : JSON.parse(text);
    const [path] = (request.url ?? '').split('?');
    switch (path) {
      case '/health':
        return void response.writeHead(this.healthy ? 200 : 503).end();
      case '/is_sleeping':
        return reply(response, { is_sleeping: this.asleep });
      case '/sleep':
      case '/wake_up':
        if (this.sleepless) return void response.writeHead(500).end('no');
        this.asleep = path === '/sleep';
        return reply(response, {});
      case '/v1/models':
        return reply(response, { data: [{ id: 'policy', max_model_len: MAX_MODEL_LENGTH }] });
      case '/weight_info':
        return reply(response, { weight_version: this.version });
      case '/update_weight_version':
        this.version = body.new_version;
        return reply(response, {});
      case '/update_weights':
        return this.#load(body.update_info.path, response);
      case '/finish_weight_update':
        this.version = body.weight_version;
        this.onLoad(this.loads.length);
        return reply(response, {});
      case '/inference/v1/generate':
        return this.#generate(body, response);
      default:
        return reply(response, {});
    }
  }

  async #load(folder: string, response: ServerResponse): Promise<void> {
    if (this.failingLoads > 0) {
      this.failingLoads--;
      return void response.writeHead(500).end('no space left');
    }
    this.weights = await readFile(join(folder, 'weights'), 'utf8');
    this.loads.push(folder);
    reply(response, {});
  }

  #generate(ask: StubAsk, response: ServerResponse): void {
    if (this.asleep) return void response.writeHead(500).end('asleep');
    this.asks.push(ask);
    const { weights, version } = this;
    const fault = this.onGenerate(this.asks.length - 1);
    const answer = answerOf(ask, weights, version);
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end('scripted');
    if (fault?.kind === 'hang-up') return void response.destroy();
    if (fault?.kind === 'cut') return void response.end(JSON.stringify(answer).slice(0, -20));
    reply(response, fault ? fault.change(answer) : answer);
  }
}

function answerOf({ token_ids, sampling_params }: StubAsk, weights: string, version: string): StubAnswer {
  const { tokens, stopped } = completionOf(weights, token_ids, sampling_params);
  const content = tokens.map((token_id, t) => ({ token_id, logprob: logprobOf(weights, t) }));
  return {
    choices: [
      {
        token_ids: tokens,
        finish_reason: stopped ? 'stop' : 'length',
        logprobs: { content },
        weight_versions: [{ version, start: 0, end: tokens.length }],
      },
    ],
  };
}

/** What these weights complete, wherever they are held. */
export function completionOf(
  weights: string,
  prompt: readonly number[],
  { seed, max_tokens: limit, stop_token_ids: stop }: StubAsk['sampling_params'],
): { readonly tokens: number[]; readonly stopped: boolean } {
  const [a, b] = sha256Words(`${weights} ${prompt.join()} ${seed}`);
  const written = [a, b, a ^ b].map((word) => 60 + (Math.abs(word) % 50));
  const [end] = stop;
  if (end === undefined) return { tokens: [...written, 7, 8].slice(0, limit), stopped: false };
  const tokens = [...written, end].slice(0, limit);
  return { tokens, stopped: tokens.length === written.length + 1 };
}

/** Both sides compute it alike, each from the weights that it holds. */
export function logprobOf(weights: string, t: number): number {
  return -(1 + (Math.abs(sha256Words(`${weights} ${t}`)[0]) % 1024) / 1024);
}

function reply(response: ServerResponse, body: unknown): void {
  response.writeHead(200).end(JSON.stringify(body));
}
