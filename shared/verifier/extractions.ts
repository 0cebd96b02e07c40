import { extractGiven, extractStrictly, extractTolerantly } from './extract/extract-answer.ts';
import type { Extraction } from './extract/extraction.ts';
import type { Mode, VerifyInput } from './verification.ts';

/** What several modes share: each way of extracting runs at most once. */
export class Extractions {
  readonly #input: VerifyInput;
  #strict: Extraction | undefined;
  #tolerant: Extraction | undefined;

  constructor(input: VerifyInput) {
    this.#input = input;
  }

  of(mode: Mode): Extraction {
    if ('answer' in this.#input) return given(this.#input.answer);
    if (mode === 'benchmark') this.#tolerant ??= extractTolerantly(this.#input.completion);
    else this.#strict ??= extractStrictly(this.#input.completion);
    return (mode === 'benchmark' ? this.#tolerant : this.#strict) as Extraction; // made above
  }
}

function given(answer: string): Extraction {
  const text = extractGiven(answer);
  return { kind: 'found', method: 'given', text, span: [0, answer.length] };
}
