import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '#shared/inference/jinja/compile-template.ts';

interface Golden {
  readonly messages: readonly unknown[];
  readonly bos_token: string;
  readonly eos_token: string;
  readonly cases: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly template: string;
  /** What transformers renders; without it, `error` is what it says. */
  readonly text?: string;
  readonly error?: string;
  /** A part of the message with which the template is refused here. */
  readonly refused?: string;
}

const path = new URL('../../../golden/inference/chat-templates.json', import.meta.url);
const { cases, ...variables } = JSON.parse(readFileSync(path, 'utf8')) as Golden;

function render(template: string): string {
  return compileTemplate(template)({
    ...variables,
    tools: null,
    documents: null,
    add_generation_prompt: true,
  });
}

describe('compileTemplate', () => {
  it.each(cases.filter(({ refused, text }) => refused === undefined && text !== undefined))(
    'renders $name as transformers does',
    ({ template, text }) => {
      expect(render(template)).toBe(text);
    },
  );

  it.each(cases.filter(({ refused, error }) => refused !== undefined || error !== undefined))(
    'refuses $name by name',
    ({ template, refused = '' }) => {
      expect(() => render(template)).toThrow(refused);
    },
  );

  it('refuses an unguarded date by name', () => {
    expect(() => render("{{ strftime_now('%Y') }}")).toThrow(
      expect.objectContaining({ name: 'ClockWanted' }),
    );
    expect(() => render('{% for m in messages %}{{ strftime_now(m.role) }}{% endfor %}')).toThrow(
      expect.objectContaining({ name: 'ClockWanted' }),
    );
  });

  it('takes texts of messages literally, whatever stands in them', () => {
    const template = compileTemplate('{% for m in messages %}\n{{ m.content }}\n{% endfor %}');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (content) => {
        expect(template({ messages: [{ role: 'user', content }] })).toBe(`${content}\n`);
      }),
    );
  });

  it('takes text outside of tags literally, white space before tags aside', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '{', '}', '%', '#', '-', "'", '"', '\\', '|', '.') });
    fc.assert(
      fc.property(text, (content) => {
        fc.pre(!/\{[{%#]/.test(content));
        expect(render(`${content}|`)).toBe(`${content}|`);
      }),
    );
  });
});
