import { describe, expect, it } from 'vitest';
import { readAskedPrompts } from '#cli/generate/asked-prompts.ts';

describe('readAskedPrompts', () => {
  it('reads prompts and chats, which have the id that they say or their number', () => {
    const messages = [{ role: 'user', content: 'b' }];
    const text = `{"prompt":"a"}\n\n${JSON.stringify({ id: 'x', messages })}\n{"prompt":"","id":7}`;
    expect(readAskedPrompts(text, 'f')).toEqual([
      { id: 1, text: 'a' },
      { id: 'x', text: messages },
      { id: 7, text: '' },
    ]);
  });

  it.each([
    ['{', 'f, line 2'],
    ['{"promt":"a"}', 'promt'],
    ['{"prompt":1}', 'prompt'],
    ['{"id":1}', 'neither prompt nor messages'],
    ['{"prompt":"a","messages":[{"role":"user","content":"b"}]}', 'or both'],
    ['{"messages":[]}', 'messages'],
    ['{"messages":[{"role":"tool","content":"b"}]}', 'role'],
    ['"a"', 'f, line 2'],
  ])('refuses %s, and says where', (line, said) => {
    const read = () => readAskedPrompts(`{"prompt":"a"}\n${line}`, 'f');
    const message = expect.stringContaining(said);
    expect(read).toThrow(expect.objectContaining({ code: 'prompts-invalid', message }));
  });
});
