/** What a model, a problem or a user may say to make a page do something; each part is recognised by its number. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '</title><script>alert(2)</script>',
  '"><img src=x onerror=alert(3)>',
  "' onmouseover='alert(4)",
  '<svg/onload=alert(5)>',
  '<a href="javascript:alert(6)">x</a>',
  '[x](javascript:alert(7))',
  '$\\href{javascript:alert(8)}{x}$',
  '$\\htmlData{onclick=alert(9)}{x}$',
  '\\(\\url{javascript:alert(10)}\\)',
  '$\\includegraphics{https://evil.example/11.png}$',
  '$\\frac{1}{<script>alert(12)</script>}$',
  '<style>*{display:none}</style><base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<form action="https://evil.example/"><button>13</button></form>',
  '</textarea></script></style>--><!--',
  '\u202egnp.exe\u202c \u2066isolated\u2069 \u200fmark',
  '\u0000\u0007\u001b[31m\u009b31m\u2028\u2029\ufeff\u{e0041}',
  '\ud800 and \udfff, halves of pairs',
  `https://evil.example/14`,
].join(' ');

/** Characters that a page would obey: none may be in one. */
export const OBEYED =
  /(?![\t\n])\p{Cc}|[\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
