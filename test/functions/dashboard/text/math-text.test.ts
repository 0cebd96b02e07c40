import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { mathText } from '#functions/dashboard/text/math-text.ts';

const rendered = (text: string) => String(mathText(text));

describe('mathText', () => {
  it.each(['$x^2$', '\\(x^2\\)', '$$x^2$$', '\\[x^2\\]'])('draws %s as MathML', (source) => {
    const { document } = parseHTML(`<html><body>so ${rendered(source)}.</body></html>`);
    expect(document.querySelector('math msup')?.textContent).toBe('x2');
    expect(document.querySelectorAll('[style]')).toHaveLength(0);
  });

  it('keeps what KaTeX cannot parse as it was written', () => {
    expect(rendered('so $\\frac{1}{$ it is')).toBe('<bdi>so $\\frac{1}{$ it is</bdi>');
    expect(rendered('$\\nosuchcommand$')).toBe('<bdi>$\\nosuchcommand$</bdi>');
  });

  it.each([
    '$\\href{javascript:alert(1)}{x}$',
    '$\\url{javascript:alert(1)}$',
    '$\\htmlData{a=b}{x}$',
    '$\\htmlStyle{color:red}{x}$',
    '$\\includegraphics{https://evil.example/x.png}$',
  ])('leaves %s text: it leads nowhere and loads nothing', (source) => {
    const { document } = parseHTML(`<html><body>${rendered(source)}</body></html>`);
    expect(document.querySelector('math')).toBeNull();
    expect(document.body.textContent).toBe(source);
    expect(document.querySelectorAll('a,img')).toHaveLength(0);
  });

  it('follows no definition of a text that leads outside either', () => {
    const { document } = parseHTML(
      `<body>${rendered('$\\def\\x{\\href}\\x{javascript:alert(1)}{y}$')}</body>`,
    );
    expect(document.querySelectorAll('a,[href]')).toHaveLength(0);
  });

  it('takes amounts of money for no formula', () => {
    expect(rendered('from $5 to $10')).toBe('<bdi>from $5 to $10</bdi>');
  });

  it('escapes what stands in and around formulas', () => {
    const told = rendered('<b>$\\text{<script>}$</b>');
    expect(told).not.toMatch(/<(?:b|script)>/);
    expect(told.startsWith('<bdi>&lt;b&gt;')).toBe(true);
  });

  it('draws nothing of the size of a page, and ends with texts that call themselves', () => {
    expect(rendered('$\\rule{1000em}{1000em}$')).not.toContain('1000em" height');
    expect(rendered('$\\def\\a{\\a\\a}\\a$')).toContain('\\def');
  });
});

describe('a marked place', () => {
  const marked = (text: string, start: number, end: number) =>
    String(mathText(text, { span: [start, end], anchor: 'a' }));

  it('is marked in text, and with the whole formula that it lies in', () => {
    expect(marked('so 42 it is', 3, 5)).toBe('<bdi>so <mark id="a">42</mark> it is</bdi>');
    expect(marked('so $x=42$.', 6, 8)).toMatch(
      /^<bdi>so <mark id="a"><span class="katex">.*<\/mark>\.<\/bdi>$/,
    );
  });

  it('has its id once, and stays in place behind what is written out', () => {
    expect(marked('a $x$ b', 0, 7).split('id="a"')).toHaveLength(2);
    expect(marked('\u202e42', 1, 3)).toBe('<bdi>[U+202E]<mark id="a">42</mark></bdi>');
  });
});

it('draws so many formulas of a text, the others stay text', () => {
  const text = String(mathText('$x$ '.repeat(500)));
  expect(text.split('<math').length - 1).toBe(400);
  expect(text).toContain('$x$ $x$');
});
