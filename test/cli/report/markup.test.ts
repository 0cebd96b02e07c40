import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { html, trusted } from '#cli/report/markup.ts';

describe('html', () => {
  it('escapes text and keeps markup', () => {
    expect(
      html`<p title="${'"'}">${'<&>'}${html`<b>${"'"}</b>`}${trusted('<i></i>')}${[html`1`, html`2`]}${3}</p>`
        .source,
    ).toBe('<p title="&quot;">&lt;&amp;&gt;<b>&#39;</b><i></i>1\n23</p>');
  });

  it('gives back any text as the text it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', ';', '#', '=') }),
        (text) => {
          const { document } = parseHTML(
            html`<html><body><p title="${text}">${text}</p></body></html>`.source,
          );
          const paragraph = document.querySelector('p');
          expect(paragraph?.textContent).toBe(text);
          expect(paragraph?.getAttribute('title')).toBe(text);
          expect(document.querySelectorAll('body *')).toHaveLength(1);
        },
      ),
    );
  });
});
