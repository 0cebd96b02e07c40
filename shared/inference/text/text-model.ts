/**
 * A model folder that is asked for text: `oneshot generate`, and the completions of `oneshot serve`. Beside the generator
 * there are its tokenizer and chat template; `growing-text.ts` makes text of tokens as they come, `stop-strings.ts` cuts it.
 */
import type { GenerationRequest, GenerationResult, OnToken } from '../../ports/generator.ts';
import { type ChatMessage, loadChatTemplate } from '../chat-template.ts';
import type { DecoderOptions } from '../decoder.ts';
import { type GeneratorOptions, loadGenerator, type OnnxGenerator } from '../onnx-generator.ts';
import type { Scored } from '../score-continuations.ts';
import { loadTokenizer, type Tokenizer } from '../tokenizer.ts';
import { GrowingText } from './growing-text.ts';
import { StopStrings } from './stop-strings.ts';

/** Tokens that end an answer in a chat, besides the model's own. */
const CHAT_ENDS = ['<|im_end|>', '<|eot_id|>', '<|endoftext|>', '</s>'];

export interface TextRequest extends Omit<GenerationRequest, 'stop'> {
  /** Strings that end the text, which goes up to the first of them. */
  readonly stop: readonly string[];
  /** Hears of each token. */
  readonly onPiece: (piece: TextPiece) => void;
  /** Nobody wants the rest: its row goes to the next request, and no piece comes any more. */
  readonly signal?: AbortSignal | undefined;
}

/** What a token added. */
export interface TextPiece {
  /** May be empty: characters come with their last byte, and what may begin a stop string is held back. */
  readonly text: string;
  readonly token: number;
  /** See `GenerationResult`. */
  readonly logprob: number;
  /** Of the last piece; a stop string ends a text as a stop token does. */
  readonly finish?: GenerationResult['finish'];
}

/** What a model can say of prompts before it completes them. */
export type PromptReader = Pick<TextModel, 'encode' | 'encodeChat' | 'decode' | 'check' | 'score'>;

/** What completes tokens: an `OnnxGenerator`, here or in another thread. */
export interface TextGenerator extends Pick<OnnxGenerator, 'checkRequest' | 'score' | 'dispose'> {
  generate(requests: readonly GenerationRequest[], onMade: undefined, onToken: OnToken): Promise<unknown>;
}

export class TextModel {
  readonly #generator: TextGenerator;
  readonly #tokenizer: Tokenizer;
  readonly #chat: (messages: readonly ChatMessage[]) => string;
  readonly #stopTokens: readonly number[];

  private constructor(
    generator: TextGenerator,
    tokenizer: Tokenizer,
    chat: (messages: readonly ChatMessage[]) => string,
  ) {
    this.#generator = generator;
    this.#tokenizer = tokenizer;
    this.#chat = chat;
    const ends = CHAT_ENDS.map((name) => tokenizer.tokenId(name)).filter((id) => id !== undefined);
    this.#stopTokens = [...new Set([...tokenizer.endTokens, ...ends])];
  }

  /**
   * Opens a Hugging Face folder.
   *
   * @param load - opens its weights, in this thread by default
   * @throws {KnownError} as `loadGenerator`, `loadTokenizer` and `loadChatTemplate` do
   */
  static async open(
    directory: string,
    options: DecoderOptions,
    load: (options: GeneratorOptions) => Promise<TextGenerator> = loadGenerator,
  ): Promise<TextModel> {
    const [tokenizer, chat] = await Promise.all([loadTokenizer(directory), loadChatTemplate(directory)]);
    return new TextModel(await load({ directory, ...options }), tokenizer, chat);
  }

  /** Tokens of a text that is to go on. */
  encode(text: string): readonly number[] {
    return this.#tokenizer.encode(text, { addSpecialTokens: true });
  }

  /** Tokens that ask for the next answer. @throws {KnownError} `chat-template-missing`, `chat-template-failed` */
  encodeChat(messages: readonly ChatMessage[]): readonly number[] {
    return this.#tokenizer.encode(this.#chat(messages), { addSpecialTokens: false });
  }

  /**
   * Tokens of a prompt and of texts that may follow it. Where the beginning of one of these becomes a token with the end of the prompt, all
   * begin at that place, so that their probabilities can be compared.
   *
   * @param prompt - a text that is to go on, or messages that ask for the next answer
   * @throws {KnownError} as `encodeChat` does
   */
  encodeChoices(
    prompt: string | readonly ChatMessage[],
    choices: readonly string[],
  ): { readonly prompt: readonly number[]; readonly choices: readonly (readonly number[])[] } {
    const isText = typeof prompt === 'string';
    const text = isText ? prompt : this.#chat(prompt);
    const encode = (whole: string) => this.#tokenizer.encode(whole, { addSpecialTokens: isText });
    const alone = encode(text);
    const wholes = choices.map((choice) => encode(text + choice));
    const differing = alone.findIndex((token, i) => wholes.some((whole) => whole[i] !== token));
    const shared = differing < 0 ? alone.length : differing;
    return { prompt: alone.slice(0, shared), choices: wholes.map((whole) => whole.slice(shared)) };
  }

  /** The text of some tokens by themselves. */
  decode(tokens: readonly number[]): string {
    return this.#tokenizer.decode(tokens);
  }

  /** @throws {KnownError} as `complete` would for this request alone, before anything is generated */
  check(request: Pick<TextRequest, 'prompt' | 'maxTokens'>): void {
    this.#generator.checkRequest(request);
  }

  /** How probable continuations of a prompt are. @throws {KnownError} as `OnnxGenerator.score` does */
  async score(
    prompt: readonly number[],
    continuations: readonly (readonly number[])[],
  ): Promise<readonly Scored[]> {
    return this.#generator.score(prompt, continuations);
  }

  /** Completes all of them together. @throws {KnownError} as `OnnxGenerator.generate` does */
  async complete(requests: readonly TextRequest[]): Promise<void> {
    const texts = requests.map(({ stop }) => ({
      growing: new GrowingText(this.#tokenizer),
      stops: new StopStrings(stop),
    }));
    await this.#generator.generate(
      requests.map((request) => ({ ...request, stop: this.#stopTokens })),
      undefined,
      (index, { token, logprob, finish }) => {
        const { onPiece, signal } = requests[index] as TextRequest; // the index is that of a request
        if (signal?.aborted) return false;
        const { growing, stops } = texts[index] as (typeof texts)[number]; // one for each request
        const isEnd = finish === 'stop';
        const added = stops.add((isEnd ? '' : growing.add(token)) + (finish ? growing.end() : ''));
        const text = finish && !added.stopped ? added.text + stops.end() : added.text;
        const reason = added.stopped ? 'stop' : finish;
        onPiece({ text, token, logprob, ...(reason && { finish: reason }) });
        return !added.stopped;
      },
    );
  }

  /** Frees its memory; it cannot be used afterwards. */
  async release(): Promise<void> {
    await this.#generator.dispose();
  }
}
