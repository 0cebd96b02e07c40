import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import { isMissing, readJson } from './read-json.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const SpecialToken = z.union([
  z.string(),
  z.object({ content: z.string() }).transform(({ content }) => content),
]);

const TokenizerConfig = z.object({
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
  bos_token: SpecialToken.nullish(),
  eos_token: SpecialToken.nullish(),
});

/**
 * Hides the library's `strftime_now`: templates that want the date ask first whether it is defined. The empty output
 * keeps a line break at the start of the template, which would be trimmed after a block.
 */
const WITHOUT_CLOCK = "{% set strftime_now = undefined %}{{ '' }}";

/** Renders messages as the text that asks for the next answer. */
export type ChatTemplate = (messages: readonly ChatMessage[]) => string;

/**
 * The chat template of a model folder, with the generation prompt. Encode its text without adding special tokens, since
 * the template has them. The same messages give the same text on every day: the template sees no clock.
 *
 * @returns a function that throws `KnownError` `chat-template-missing` where the folder has no template, or
 *   `chat-template-failed` where the template refuses the messages
 * @throws {KnownError} `model-file-invalid`
 */
export async function loadChatTemplate(directory: string): Promise<ChatTemplate> {
  const config = (await readJson(join(directory, 'tokenizer_config.json'), TokenizerConfig)) ?? {};
  const source = (await readTemplateFile(directory)) ?? defaultTemplate(config.chat_template);
  let template: Template | undefined;
  return (messages) => {
    if (source === undefined)
      throw new KnownError(
        'chat-template-missing',
        `${directory} has no chat template. Use a model that was tuned for chat, or a fixed prompt template.`,
      );
    try {
      template ??= new Template(WITHOUT_CLOCK + source);
      return template.render({
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: true,
        bos_token: config.bos_token ?? '',
        eos_token: config.eos_token ?? '',
      });
    } catch (cause) {
      throw new KnownError(
        'chat-template-failed',
        `The chat template of ${directory} cannot render these messages: ${messageOf(cause)}. ` +
          'Leave out the system message, or use a fixed prompt template.',
        { cause },
      );
    }
  };
}

/** `chat_template.jinja`, which goes before the tokenizer's config where both exist. */
async function readTemplateFile(directory: string): Promise<string | undefined> {
  try {
    return await readFile(join(directory, 'chat_template.jinja'), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function defaultTemplate(templates: z.infer<typeof TokenizerConfig>['chat_template']): string | undefined {
  if (typeof templates === 'string') return templates;
  return templates?.find(({ name }) => name === 'default')?.template;
}
