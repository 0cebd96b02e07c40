/**
 * Completions in the form of OpenAI's API, by the decoder beside ours: `completion-body.ts` reads what is asked,
 * `completion-answers.ts` says what is told, `openai-error.ts` how what is wrong is told. Under `/v1` beside our own routes,
 * and under `/openai/v1` with the list of models in that form too. OpenAI's own reference describes them, not our document.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { KnownError } from '#shared/errors.ts';
import type { Scored } from '#shared/inference/score-continuations.ts';
import { drawOf } from '#shared/inference/text/draw-of.ts';
import type { PromptReader, TextRequest } from '#shared/inference/text/text-model.ts';
import type { ApiVariables } from '../../http/api-variables.ts';
import { listModels } from '../../results/models/list-models.ts';
import type { ApiPorts } from '../api-ports.ts';
import {
  type AnswerHead,
  type AnswerShape,
  chatShape,
  type ToldPiece,
  textShape,
  usageOf,
} from './completion-answers.ts';
import { readChatBody, readCompletionBody, type TextAsk } from './completion-body.ts';
import { type Echo, echoOf } from './echo-answer.ts';
import { OpenAiError, ofAsking, onOpenAiError, openAiErrorOf } from './openai-error.ts';
import type { TextService } from './text-service.ts';

type Ports = Pick<ApiPorts, 'texts' | 'host' | 'clock' | 'log' | 'store' | 'lists'>;
type OpenAiApp = Hono<ApiVariables>;

const LARGEST_PAGE = 100;

/** `POST /completions` and `/chat/completions`. */
export function completionRoutes(ports: Ports): OpenAiApp {
  const app = new Hono<ApiVariables>();
  app.onError(onOpenAiError(ports.log));
  app.post('/completions', (c) => answer(c, readCompletionBody, textShape, ports));
  app.post('/chat/completions', (c) => answer(c, readChatBody, chatShape, ports));
  return app;
}

/** All that clients of OpenAI's API ask. @param checks - of those who ask and of bodies */
export function openAiRoutes(ports: Ports, checks: readonly MiddlewareHandler[]): OpenAiApp {
  const app = new Hono<ApiVariables>();
  app.onError(onOpenAiError(ports.log));
  app.use(...checks);
  app.get('/models', async (c) => c.json({ object: 'list', data: await modelsOf(ports) }));
  return app.route('/', completionRoutes(ports));
}

/** Stored models by digest, those stored last first. */
async function modelsOf(ports: Ports): Promise<readonly object[]> {
  const models: object[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await listModels({ limit: LARGEST_PAGE, ...(cursor && { cursor }) }, ports);
    for (const { model, createdAt } of items)
      models.push({
        ...{ id: model, object: 'model', created: secondsOf(Date.parse(createdAt)), owned_by: 'oneshot' },
      });
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return models;
}

async function answer(
  context: Context<ApiVariables>,
  read: (body: unknown) => TextAsk,
  shape: AnswerShape,
  ports: Ports,
): Promise<Response> {
  const { texts, host, clock, log } = ports;
  if (!texts) throw unavailable();
  const { precision } = texts;
  const ask = read(await bodyOf(context));
  const digest = await texts.find(ask.model).catch((error: unknown) => {
    throw ofAsking(error);
  });
  const head = {
    id: `${shape.prefix}-${randomBytes(12).toString('hex')}`,
    created: secondsOf(clock.now()),
    model: ask.model,
    system_fingerprint: [host.generatorVersion, ...(precision === 'fp32' ? [] : [precision]), digest].join(
      '-',
    ),
  };
  const gone = new AbortController();
  const signal = AbortSignal.any([context.req.raw.signal, gone.signal]);
  const asking = new Asking(ask, digest, signal, texts);
  if (!ask.stream) {
    await asking.done.catch((error: unknown) => {
      throw ofAsking(error);
    });
    return context.json(whole(asking, head, shape));
  }
  await asking.begun.catch((error: unknown) => {
    throw ofAsking(error);
  });
  return streamSSE(context, async (stream) => {
    stream.onAbort(() => gone.abort());
    try {
      await tell(asking, head, shape, stream);
    } catch (error) {
      const { body } = openAiErrorOf(ofAsking(error), context, log);
      await stream.writeSSE({ data: JSON.stringify(body) });
    }
  });
}

async function bodyOf({ req }: Context): Promise<unknown> {
  try {
    return await req.json();
  } catch (cause) {
    throw new OpenAiError('json-invalid', 'The body is no JSON. Send one JSON object in UTF-8.', { cause });
  }
}

/** A request that waits for the decoder, and what has come of it. */
class Asking {
  readonly ask: TextAsk;
  /** Resolves with the first of its prompts: from then on it is answered. */
  readonly begun: Promise<void>;
  /** Resolves when all is made. */
  readonly done: Promise<void>;
  prompts: readonly (readonly number[])[] = [];
  /** By choice. */
  readonly pieces: ToldPiece[][];
  /** By choice, where texts are told with their own log-probabilities. */
  readonly echoes: Echo[] = [];
  /** Hears of each piece. */
  onPiece: (choice: number, piece: ToldPiece) => void = () => {};

  constructor(ask: TextAsk, digest: string, signal: AbortSignal, texts: TextService) {
    this.ask = ask;
    this.pieces = Array.from({ length: ask.prompts.length * ask.n }, () => []);
    const begun = Promise.withResolvers<void>();
    this.done = texts.ask(
      digest,
      async (model) => {
        const requests = await this.#requests(model, signal);
        begun.resolve();
        return requests;
      },
      signal,
    );
    this.begun = Promise.race([begun.promise, this.done]);
    this.begun.catch(() => {}); // whoever awaits `done` hears of it
  }

  get usage() {
    return usageOf(
      this.prompts,
      this.echoes.length * this.ask.maxTokens + this.pieces.reduce((sum, pieces) => sum + pieces.length, 0),
    );
  }

  async #requests(model: PromptReader, signal: AbortSignal): Promise<readonly TextRequest[]> {
    const { prompts, n, maxTokens, stop, seed = randomInt(2 ** 47) } = this.ask;
    const { temperature, topP, topK, minP, repetitionPenalty } = this.ask;
    const sampling = { temperature, topP, topK, minP, repetitionPenalty };
    this.prompts = prompts.map((prompt) => tokensOf(prompt, model));
    if (this.ask.echo) return this.#score(model, signal);
    for (const prompt of this.prompts) model.check({ prompt, maxTokens });
    return this.prompts.flatMap((prompt, i) =>
      Array.from({ length: n }, (_, sample) => ({
        ...{ prompt, maxTokens, ...sampling, stop, signal, draw: drawOf(seed, sample, prompt) },
        onPiece: (piece) => this.#add(i * n + sample, { ...piece, tokenText: model.decode([piece.token]) }),
      })),
    );
  }

  /** @returns nothing to complete */
  async #score(model: PromptReader, signal: AbortSignal): Promise<readonly TextRequest[]> {
    for (const [i, prompt] of this.prompts.entries()) {
      signal.throwIfAborted();
      const given = this.ask.prompts[i];
      const text = typeof given === 'string' ? given : model.decode(prompt);
      const [scored] = await model.score(prompt.slice(0, 1), [prompt.slice(1)]);
      this.echoes.push(echoOf(text, prompt, scored as Scored, this.ask, model)); // one for the one
    }
    return [];
  }

  #add(choice: number, piece: ToldPiece): void {
    this.pieces[choice]?.push(piece);
    this.onPiece(choice, piece);
  }
}

function tokensOf(prompt: TextAsk['prompts'][number], model: PromptReader): readonly number[] {
  if (typeof prompt === 'string') return model.encode(prompt);
  const tokens = prompt.filter((each) => typeof each === 'number');
  const messages = prompt.filter((each) => typeof each !== 'number');
  return messages.length > 0 ? model.encodeChat(messages) : tokens; // a prompt is either
}

function whole({ ask, pieces, echoes, usage }: Asking, head: AnswerHead, shape: AnswerShape): object {
  const choices = ask.echo
    ? echoes.map((echo, index) => ({ index, ...echo }))
    : pieces.map((made, index) => shape.choice(index, made, ask.logprobs));
  return { ...head, object: shape.object, choices, usage };
}

/** Tells pieces as they come; one that came before this began is told first. */
async function tell(
  asking: Asking,
  head: AnswerHead,
  shape: AnswerShape,
  stream: SSEStreamingApi,
): Promise<void> {
  const { logprobs, usage } = asking.ask;
  const offsets = asking.pieces.map(() => 0);
  let writing: Promise<void> = Promise.resolve();
  const write = (more: object) => {
    const data = JSON.stringify({
      ...head,
      object: shape.chunkObject,
      ...more,
      ...(usage && { usage: null }),
    });
    writing = writing.then(() => stream.writeSSE({ data }));
  };
  const tellPiece = (index: number, piece: ToldPiece) => {
    const offset = offsets[index] as number; // one for each choice
    offsets[index] = offset + piece.text.length;
    write({ choices: [shape.chunk(index, piece, logprobs, offset)] });
  };
  for (const index of asking.pieces.keys()) {
    const opening = shape.opening(index);
    if (opening) write({ choices: [opening] });
  }
  for (const [index, pieces] of asking.pieces.entries()) for (const piece of pieces) tellPiece(index, piece);
  asking.onPiece = tellPiece;
  await asking.done;
  await writing;
  if (usage)
    await stream.writeSSE({
      data: JSON.stringify({ ...head, object: shape.chunkObject, choices: [], usage: asking.usage }),
    });
  await stream.writeSSE({ data: '[DONE]' });
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}

function unavailable(): KnownError {
  return new KnownError(
    'completions-unavailable',
    'This host has no decoder beside its API. Ask for completions where `oneshot serve` runs, or use `oneshot generate`.',
  );
}
