import type { LoadedPolicy } from '#functions/generate/policy/policy-sampler.ts';
import { KnownError } from '#shared/errors.ts';
import type { GenerationRequest } from '#shared/ports/generator.ts';

/** A question that no model of this kind can be asked. */
export const TOO_LONG = 'too long';

/** A policy whose completion says all that it was made from, and what it has made so far. */
export function tellingPolicy(): LoadedPolicy & { readonly made: string[] } {
  const made: string[] = [];
  return {
    made,
    policy: 'verified',
    prompt: (problem, template) => codesOf(`${template.kind} ${problem}`),
    decode: textOf,
    checkPrompt: (prompt) => {
      if (textOf(prompt).endsWith(TOO_LONG)) throw new KnownError('prompt-too-long', 'cannot be asked');
    },
    freeRows: () => 0,
    stopTokens: () => [0],
    generateInTurn: async (requests) =>
      requests.map((request) => {
        const text = tell(request);
        made.push(text);
        const tokens = [...codesOf(text), 0];
        return { tokens, logprobs: tokens.map(() => 0), finish: 'stop' };
      }),
  };
}

function tell({ prompt, temperature, topP, maxTokens, draw }: GenerationRequest): string {
  return JSON.stringify({ prompt: textOf(prompt), temperature, topP, maxTokens, draw });
}

function codesOf(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

function textOf(codes: readonly number[]): string {
  return String.fromCharCode(...codes);
}
