import type { TextPiece } from '#shared/inference/text/text-model.ts';

/** A completion as a JSON line shows it. */
export interface Answer {
  readonly id: string | number;
  readonly sample: number;
  readonly text: string;
  readonly finish: 'stop' | 'length';
  readonly tokens: number;
  readonly logprobs?: readonly number[];
}

/** Puts completions together that come piece by piece, all at the same time, and gives them out in their order. */
export class Answers {
  readonly #open: { readonly name: Pick<Answer, 'id' | 'sample'>; readonly pieces: TextPiece[] }[];
  readonly #onAnswer: (answer: Answer) => void;
  readonly #logprobs: boolean;
  #given = 0;
  done = 0;
  tokens = 0;

  /** @param onAnswer - hears of each once those before it are whole */
  constructor(
    names: readonly Pick<Answer, 'id' | 'sample'>[],
    logprobs: boolean,
    onAnswer: (answer: Answer) => void,
  ) {
    this.#open = names.map((name) => ({ name, pieces: [] }));
    this.#logprobs = logprobs;
    this.#onAnswer = onAnswer;
  }

  add(index: number, piece: TextPiece): void {
    this.#open[index]?.pieces.push(piece);
    this.tokens += 1;
    if (piece.finish === undefined) return;
    this.done += 1;
    for (;;) {
      const answer = this.#answer(this.#given);
      if (answer === undefined) return;
      this.#given += 1;
      this.#onAnswer(answer);
    }
  }

  #answer(index: number): Answer | undefined {
    const { name, pieces } = this.#open[index] ?? {};
    const finish = pieces?.at(-1)?.finish;
    if (name === undefined || pieces === undefined || finish === undefined) return undefined;
    const text = pieces.map((piece) => piece.text).join('');
    const logprobs = this.#logprobs && { logprobs: pieces.map(({ logprob }) => logprob) };
    return { ...name, text, finish, tokens: pieces.length, ...logprobs };
  }
}
