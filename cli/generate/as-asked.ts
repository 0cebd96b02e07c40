import { hasCode, KnownError } from '#shared/errors.ts';
import type { ChatMessage } from '#shared/inference/chat-template.ts';
import type { AskedPrompt } from './asked-prompts.ts';

/**
 * Reads a prompt as it is meant: as it is, as a user's message, or, where nobody says, as a message if the model has a chat template.
 *
 * @param read - of a text that is to go on, or of messages
 * @throws {KnownError} `prompts-invalid` for messages that should be a text; as `read` does
 */
export function asAsked<T>(
  text: AskedPrompt['text'],
  { raw, chat }: { readonly raw: boolean; readonly chat: boolean },
  read: (prompt: string | readonly ChatMessage[]) => T,
): T {
  if (typeof text !== 'string') {
    if (!raw) return read(text);
    throw new KnownError('prompts-invalid', 'it has messages, which are no text as it is. Leave --raw out.');
  }
  if (raw) return read(text);
  try {
    return read([{ role: 'user', content: text }]);
  } catch (error) {
    if (!chat && hasCode(error, 'chat-template-missing')) return read(text);
    throw error;
  }
}
