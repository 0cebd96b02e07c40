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

  it('finds special tokens in special_tokens_map.json that the config does not name, and others are not defined', async () => {
    await writeFile(
      join(directory, 'special_tokens_map.json'),
      '{"bos_token":"<b>","eos_token":{"content":"<e>"}}',
    );
    const chat_template = '{{ bos_token }}|{{ eos_token }}|{{ pad_token is defined }}';
    expect(await render({ eos_token: '</s>', chat_template })).toBe('<b>|</s>|False');
  });

  it('tells the template, as transformers does, that there are no tools and no documents', async () => {
    const chat_template = '{{ tools is none }}{{ documents is none }}{{ tools is defined }}';
    expect(await render({ chat_template })).toBe('TrueTrueTrue');
  });

  it('keeps to the white space of transformers: an indented first line, line breaks of Windows', async () => {
    const file = '  {% for m in messages %}\r\n    {{ m.content }}\r\n  {% endfor %}\r\n';
    await writeFile(join(directory, 'chat_template.jinja'), `\uFEFF${file}`);
    expect(await render({})).toBe('    Hi {{ there }}\n');
  });

  it('takes the default of several templates', async () => {
    const templates = ['tool_use', 'default'].map((name) => ({ name, template: name }));
    expect(await render({ chat_template: templates })).toBe('default');
    await expect(render({ chat_template: templates.slice(0, 1) })).rejects.toMatchObject({
      code: 'chat-template-missing',
    });
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

  it('says why a template cannot be used, and what to do', async () => {
    const fails = async (chat_template: string, ...parts: string[]) => {
      const error = await render({ chat_template }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'chat-template-failed' });
      for (const part of [...parts, '--template']) expect((error as Error).message).toContain(part);
      expect((error as Error).message).not.toContain('system message');
    };
    await fails("{{ raise_exception('no users') }}", 'refuses a single question', 'no users');
    await fails("{{ strftime_now('%Y') }}", 'strftime_now', 'defined');
    await fails("{{ 'a'|wordcount }}", 'wordcount');
    await fails('{% trans %}a{% endtrans %}', '{% trans %}');
    await fails('{{ messages[0].content', 'no end');
  });

  it('refuses files that are no UTF-8', async () => {
    await writeFile(join(directory, 'chat_template.jinja'), Buffer.from('a\nb\xe9', 'latin1'));
    await expect(render({})).rejects.toMatchObject({
      code: 'model-file-invalid',
      message: expect.stringContaining('line 2'),
    });
  });
});
