import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oneshot-chat-'));
});
afterEach(() => rm(directory, { recursive: true }));

const chatml =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

async function render(config: unknown, content = 'Hi {{ there }}') {
  await writeFile(join(directory, 'tokenizer_config.json'), JSON.stringify(config));
  return (await loadChatTemplate(directory))([{ role: 'user', content }]);
}

describe('loadChatTemplate', () => {
  it('asks for the next answer, and takes the text of a message literally', async () => {
    expect(await render({ chat_template: chatml })).toBe(
      '<|im_start|>user\nHi {{ there }}<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  it('gives the template the special tokens, be they texts or objects', async () => {
    const config = { bos_token: '<s>', eos_token: { content: '</s>' } };
    expect(await render({ ...config, chat_template: '{{ bos_token }}|{{ eos_token }}' })).toBe('<s>|</s>');
  });

  it('takes the default of several templates', async () => {
    const templates = ['tool_use', 'default'].map((name) => ({ name, template: name }));
    expect(await render({ chat_template: templates })).toBe('default');
  });

  it('prefers chat_template.jinja', async () => {
    await writeFile(join(directory, 'chat_template.jinja'), '\nfile {{ messages[0].role }}\n');
    expect(await render({ chat_template: 'config' })).toBe('\nfile user');
  });

  it('shows the template no clock', async () => {
    const chat_template =
      "{% if strftime_now is defined %}{{ strftime_now('%Y') }}{% else %}26 Jul 2024{% endif %}";
    expect(await render({ chat_template })).toBe('26 Jul 2024');
  });

  it('fails only when it is used where the folder has no template', async () => {
    const chat = await loadChatTemplate(directory);
    expect(() => chat([{ role: 'user', content: 'Hi' }])).toThrow(
      expect.objectContaining({ code: 'chat-template-missing' }),
    );
  });

  it('passes on why a template refuses messages', async () => {
    await expect(render({ chat_template: "{{ raise_exception('no users') }}" })).rejects.toMatchObject({
      code: 'chat-template-failed',
      message: expect.stringContaining('no users'),
    });
  });
});
