import type { TextPiece } from '#shared/inference/text/text-model.ts';

/** A piece, and its token by itself. */
export interface ToldPiece extends TextPiece {
  readonly tokenText: string;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** What every answer to a request says. */
export interface AnswerHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly system_fingerprint: string;
}

/** How one kind of completion is told: whole, and piece by piece. */
export interface AnswerShape {
  /** Before the random part of an id. */
  readonly prefix: string;
  readonly object: string;
  readonly chunkObject: string;
  choice(index: number, pieces: readonly ToldPiece[], logprobs: boolean): object;
  /** @param offset - characters of its text before */
  chunk(index: number, piece: ToldPiece, logprobs: boolean, offset: number): object;
  /** What a stream begins with for each choice, where it does. */
  opening(index: number): object | undefined;
}

export const textShape: AnswerShape = {
  prefix: 'cmpl',
  object: 'text_completion',
  chunkObject: 'text_completion',
  choice: (index, pieces, logprobs) => ({
    ...{ index, text: textOf(pieces), finish_reason: finishOf(pieces) },
    logprobs: logprobs ? textLogprobs(pieces, 0) : null,
  }),
  chunk: (index, piece, logprobs, offset) => ({
    ...{ index, text: piece.text, finish_reason: piece.finish ?? null },
    logprobs: logprobs ? textLogprobs([piece], offset) : null,
  }),
  opening: () => undefined,
};

export const chatShape: AnswerShape = {
  prefix: 'chatcmpl',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  choice: (index, pieces, logprobs) => ({
    index,
    message: { role: 'assistant', content: textOf(pieces), refusal: null },
    finish_reason: finishOf(pieces),
    logprobs: logprobs ? chatLogprobs(pieces) : null,
  }),
  chunk: (index, piece, logprobs) => ({
    ...{ index, delta: { content: piece.text }, finish_reason: piece.finish ?? null },
    logprobs: logprobs ? chatLogprobs([piece]) : null,
  }),
  opening: (index) => ({
    ...{ index, delta: { role: 'assistant', content: '' }, finish_reason: null, logprobs: null },
  }),
};

export function usageOf(prompts: readonly (readonly number[])[], completionTokens: number): Usage {
  const promptTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

function textOf(pieces: readonly ToldPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}

function finishOf(pieces: readonly ToldPiece[]) {
  return pieces.at(-1)?.finish ?? null;
}

function textLogprobs(pieces: readonly ToldPiece[], offset: number) {
  let at = offset;
  const offsets = pieces.map(({ text }) => {
    const start = at;
    at += text.length;
    return start;
  });
  return {
    tokens: pieces.map(({ tokenText }) => tokenText),
    token_logprobs: pieces.map(({ logprob }) => logprob),
    top_logprobs: null,
    text_offset: offsets,
  };
}

function chatLogprobs(pieces: readonly ToldPiece[]) {
  const content = pieces.map(({ tokenText, logprob }) => ({
    ...{ token: tokenText, logprob, bytes: [...new TextEncoder().encode(tokenText)], top_logprobs: [] },
  }));
  return { content, refusal: null };
}
