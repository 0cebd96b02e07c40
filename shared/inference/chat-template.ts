import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { utf8Text } from '../encoding/utf8-text.ts';
import { KnownError, messageOf } from '../errors.ts';
import {
  ClockWanted,
  type CompiledTemplate,
  compileTemplate,
  TemplateRefusal,
} from './jinja/compile-template.ts';
import { isMissing, readJson } from './read-json.ts';
import { readSpecialTokens } from './special-tokens.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const TokenizerConfig = z.object({
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
});

/** Renders messages as the text that asks for the next answer. */
export type ChatTemplate = (messages: readonly ChatMessage[]) => string;

/**
 * The chat template of a model folder, with the generation prompt, rendered as transformers renders it. Encode its text
 * without adding special tokens, since the template has them. The same messages give the same text on every day: the
 * template sees no clock.
 *
 * @param called - what messages call the folder
 * @returns a function that throws `KnownError` `chat-template-missing` where the folder has no template, or
 *   `chat-template-failed` where the template cannot be rendered
 * @throws {KnownError} `model-file-invalid`
 */
export async function loadChatTemplate(directory: string, called = directory): Promise<ChatTemplate> {
  const [config = {}, file, tokens] = await Promise.all([
    readJson(join(directory, 'tokenizer_config.json'), TokenizerConfig),
    readTemplateFile(directory),
    readSpecialTokens(directory),
  ]);
  const source = file ?? defaultTemplate(config.chat_template);
  let template: CompiledTemplate | undefined;
  return (messages) => {
    if (source === undefined) throw missing(called);
    try {
      template ??= compileTemplate(source);
      return template({
        ...tokens,
        messages: messages.map(({ role, content }) => ({ role, content })),
        // What transformers passes on where there is nothing to pass on.
        ...{ tools: null, documents: null, add_generation_prompt: true },
      });
    } catch (cause) {
      throw failed(called, cause);
    }
  };
}

const FIXED =
  'use a fixed prompt template (--template of `oneshot eval`, --set prompt.template= of `oneshot train`)';

function missing(called: string): KnownError {
  return new KnownError(
    'chat-template-missing',
    `${called} has no chat template. Name a model that was tuned for chat, or ${FIXED}.`,
  );
}

function failed(called: string, cause: unknown): KnownError {
  const what = `The chat template of ${called}`;
  return new KnownError('chat-template-failed', `${what} ${reasonOf(cause)}, or ${FIXED}.`, { cause });
}

function reasonOf(cause: unknown): string {
  if (cause instanceof TemplateRefusal)
    return `refuses a single question of a user: ${cause.message}. Change the template in chat_template.jinja`;
  if (cause instanceof ClockWanted)
    return (
      "asks for today's date (strftime_now), so that prompts would change from one day to the next. " +
      'Write a date in its place in chat_template.jinja, or ask first whether strftime_now is defined'
    );
  return (
    `cannot be rendered: ${messageOf(cause)}. oneshot reads most of Jinja, not all of it. ` +
    'Write it without that in chat_template.jinja'
  );
}

/** `chat_template.jinja`, which goes before the tokenizer's config where both exist. */
async function readTemplateFile(directory: string): Promise<string | undefined> {
  const path = join(directory, 'chat_template.jinja');
  try {
    return utf8Text(await readFile(path), { code: 'model-file-invalid', source: path });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function defaultTemplate(templates: z.infer<typeof TokenizerConfig>['chat_template']): string | undefined {
  if (typeof templates === 'string') return templates;
  return templates?.find(({ name }) => name === 'default')?.template;
}
