import { z } from 'zod';
import { readJsonLines } from '#shared/encoding/json-lines.ts';
import { parseRow } from '#shared/encoding/parse-row.ts';
import type { ChatMessage } from '#shared/inference/chat-template.ts';

const Message = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() });
const Asked = z.strictObject({
  id: z.union([z.string(), z.number()]).optional(),
  prompt: z.string().optional(),
  messages: z.array(Message).min(1).optional(),
});
const isOneOfTwo = ({ prompt, messages }: z.output<typeof Asked>) =>
  (prompt === undefined) !== (messages === undefined);
const message = 'it has neither prompt nor messages, or both';
const Row = Asked.refine(isOneOfTwo, { message });
const ChoicesRow = Asked.extend({ choices: z.array(z.string().min(1)).min(1) }).refine(isOneOfTwo, {
  message,
});

/** What a model is asked. */
export interface AskedPrompt {
  /** As its line says, else the number of the prompt from 1. */
  readonly id: string | number;
  readonly text: string | readonly ChatMessage[];
}

/** What a model is asked, with the texts that may follow. */
export interface AskedChoices extends AskedPrompt {
  readonly choices: readonly string[];
}

/**
 * Prompts from JSON lines `{ id?, prompt }` or `{ id?, messages }`.
 *
 * @param source - what messages call the text
 * @throws {KnownError} `prompts-invalid`, naming the first line that is neither
 */
export function readAskedPrompts(text: string, source: string): readonly AskedPrompt[] {
  const advice =
    'Write {"prompt": TEXT} or {"messages": [{"role": ROLE, "content": TEXT}]}, with an id or without.';
  const rows = readJsonLines(text, (value) => parseRow(Row, value), {
    ...{ code: 'prompts-invalid', what: 'prompt', source, advice },
  });
  return rows.map(askedOf);
}

/**
 * The same with `choices`, texts of which none is empty.
 *
 * @throws {KnownError} as `readAskedPrompts` does
 */
export function readAskedChoices(text: string, source: string): readonly AskedChoices[] {
  const advice =
    'Write {"prompt": TEXT, "choices": [TEXT, ...]}, with messages instead of a prompt, and an id or without.';
  const rows = readJsonLines(text, (value) => parseRow(ChoicesRow, value), {
    ...{ code: 'prompts-invalid', what: 'prompt', source, advice },
  });
  return rows.map((row, i) => ({ ...askedOf(row, i), choices: row.choices }));
}

function askedOf({ id, prompt, messages = [] }: z.output<typeof Asked>, index: number): AskedPrompt {
  return { id: id ?? index + 1, text: prompt ?? messages };
}
