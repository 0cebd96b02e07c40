import { describe, expect, it } from 'vitest';
import { relink } from '#cli/report/relink.ts';

const resolve = (address: string) => (address === '/there?a=1&b=2' ? 'there.html' : undefined);

describe('relink', () => {
  it.each([
    [
      '<a class="x" href="/there?a=1&amp;b=2" title="t">T</a>',
      '<a class="x" href="there.html" title="t">T</a>',
    ],
    ['<a class="x" href="/gone" aria-label="n" title="t">T</a>', '<a class="x" title="t">T</a>'],
    ['<a href="#here">T</a>', '<a href="#here">T</a>'],
    [
      '<link rel="up" href="/gone"><link rel="next" href="/there?a=1&amp;b=2">',
      '<link rel="next" href="there.html">',
    ],
    ['<dd>points · <a href="/gone">open</a></dd>', '<dd>points</dd>'],
    [
      '<dd>points · <a href="/there?a=1&amp;b=2">open</a></dd>',
      '<dd>points · <a href="there.html">open</a></dd>',
    ],
    ['<ul class="links"><li><a href="/gone">G</a></li></ul>', ''],
    ['<ul class="links"><li><button data-copy hidden>Copy</button></li></ul>', ''],
    ['a<form method="post" action="/do"><button>Do</button></form>b', 'ab'],
    ['<nav class="seg"><a href="/gone" aria-current="true">all</a><a href="/gone">won</a></nav>', ''],
    [
      '<nav class="seg"><a href="/gone" aria-current="true">all</a><a href="/there?a=1&amp;b=2">won</a></nav>',
      '<nav class="seg"><a aria-current="true">all</a><a href="there.html">won</a></nav>',
    ],
    ['&lt;form&gt; &lt;a href=&quot;/gone&quot;&gt;', '&lt;form&gt; &lt;a href=&quot;/gone&quot;&gt;'],
  ])('makes of %s', (markup, expected) => {
    expect(relink(markup, resolve)).toBe(expected);
  });
});
