import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE, OBEYED } from './hostile-text.ts';
import { pageCases, untold } from './page-cases.ts';
import { PagesWorld } from './pages-world.ts';

/** A document, as far as its text goes. */
interface Readable {
  readonly documentElement: { readonly textContent: string };
}

let world: PagesWorld;
let evaluations: readonly string[];

beforeAll(async () => {
  world = await PagesWorld.create();
  evaluations = await world.putRun(HOSTILE, { disputed: true });
  for (const evaluation of evaluations)
    await world.api.post(`/v1/evaluations/${evaluation}/samples/sums/3/0/notes`, {
      ...{ grader: 'reward', holds: 'no-answer', text: HOSTILE },
    });
  world.api.passTime();
});

it('has a case for every page', () => {
  expect(untold).toEqual([]);
});

describe.each(pageCases)('$declared with hostile texts', ({ addresses }) => {
  it('shows them as text: no element, attribute, address or character of theirs is obeyed', async () => {
    for (const address of addresses(evaluations)) {
      const { status, text } = await world.get(address);
      expect(status, address).toBe(200);
      assertHarmless(text);
    }
  });

  it('shows them at all', async () => {
    const documents = await Promise.all(addresses(evaluations).map((address) => world.document(address)));
    const told = documents.map((document: Readable) => document.documentElement.textContent).join('\n');
    expect(told).toContain('<script>alert(1)</script>');
    expect(told).toContain('[U+202E]gnp.exe');
  });

  it('gives them as data unchanged, which no browser takes for a page', async () => {
    const [address = ''] = addresses(evaluations);
    const { headers, text } = await world.get(beside(address, 'json'));
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(JSON.stringify(JSON.parse(text))).toContain('<script>alert(1)</script>');
    const csv = await world.get(beside(address, 'csv'));
    expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  });
});

/** The address of the data beside a page. */
function beside(address: string, form: string): string {
  const [path = '', query] = address.split('?');
  return `${path === '/' ? '/runs' : path}.${form}${query === undefined ? '' : `?${query}`}`;
}

const ELEMENTS_OF_OURS = new Set(
  (
    'html head meta title link script body a header div nav form input button kbd main ol li p b span small h1 h2 h3 dl dt dd ' +
    'section figure figcaption svg path ul table thead tbody tfoot tr th td details summary code footer aside i bdi mark time ' +
    'label pre article math semantics annotation mrow mi mn mo mtext mfrac msup msub msqrt mspace mstyle mover munder em ins del br select option textarea blockquote'
  ).split(' '),
);

function assertHarmless(text: string): void {
  expect(OBEYED.exec(text)?.[0]).toBeUndefined();
  expect(text.isWellFormed()).toBe(true);
  const { document } = parseHTML(text);
  for (const element of document.querySelectorAll('*')) {
    expect(ELEMENTS_OF_OURS, element.outerHTML.slice(0, 200)).toContain(element.localName);
    for (const { name, value } of element.attributes) {
      expect(name, element.outerHTML.slice(0, 200)).not.toMatch(/^on/i);
      if (['href', 'src', 'action', 'formaction'].includes(name)) expect(value).toMatch(/^(?:\/(?!\/)|#|\?)/);
    }
  }
  for (const script of document.querySelectorAll('script')) {
    expect(script.textContent).toBe('');
    expect(script.getAttribute('src')).toMatch(/^\/assets\/script-[0-9a-f]{16}\.js$/);
  }
  for (const meta of document.querySelectorAll('meta')) expect(meta.getAttribute('http-equiv')).toBeNull();
  expect(document.querySelectorAll('style,base,img,iframe,object,embed')).toHaveLength(0);
}
