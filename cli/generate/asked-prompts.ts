import { z } from 'zod';
import { readJsonLines } from '#shared/encoding/json-lines.ts';
import { parseRow } from '#shared/encoding/parse-row.ts';
import type { ChatMessage } from '#shared/inference/chat-template.ts';

const Message = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() });
const Row = z
  .strictObject({
    id: z.union([z.string(), z.number()]).optional(),
    prompt: z.string().optional(),
    messages: z.array(Message).min(1).optional(),
  })
  .refine(({ prompt, messages }) => (prompt === undefined) !== (messages === undefined), {
    message: 'it has neither prompt nor messages, or both',
  });

/** What a model is asked. */
export interface AskedPrompt {
  /** As its line says, else the number of the prompt from 1. */
  readonly id: string | number;
  readonly text: string | readonly ChatMessage[];
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
  return rows.map(({ id, prompt, messages = [] }, i) => ({ id: id ?? i + 1, text: prompt ?? messages }));
}
