import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '#shared/verifier/verify.ts';

const { ONESHOT_CHROMIUM = '/usr/bin/chromium' } = process.env;
const absent = !existsSync(ONESHOT_CHROMIUM);

const golden = readFileSync(new URL('../golden/verifier/boxed.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { gold: string | string[]; completion: string; mode: 'reward' });
/** Decided by the arithmetic of many digits, by probing, by structure, by a unit, by the paper's graders. */
const cases = [
  ...golden,
  { gold: 'e^{\\pi\\sqrt{163}}', completion: '\\boxed{262537412640768744}', mode: 'reward' as const },
  { gold: '\\cos\\frac{\\pi}{5}', completion: '\\boxed{\\frac{1+\\sqrt5}{4}}', mode: 'reward' as const },
  { gold: '5 \\text{ m}', completion: '\\boxed{500 \\text{ cm}}', mode: 'reward' as const },
  { gold: '12.8', completion: '\\boxed{12.8}', mode: 'paper-train' as const },
  { gold: '\\frac{1}{2}', completion: '\\boxed{0.5}', mode: 'paper-eval' as const },
];

describe.skipIf(absent)(
  `the verifier in a browser${absent ? ` (skipped: no ${ONESHOT_CHROMIUM}; set ONESHOT_CHROMIUM)` : ''}`,
  () => {
    let folder: string;
    let server: Server;
    let browser: Browser;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'oneshot-browser-'));
      await build({
        stdin: {
          contents: `import { createVerifier } from './shared/verifier/create-verifier.ts';
            import { decimalPrecision } from './shared/adapters/decimal/decimal-precision.ts';
            import { exactUnits } from './shared/adapters/units/exact-units.ts';
            import { paperGraders } from './shared/verifier/paper/paper-graders.ts';
            const parts = { precision: decimalPrecision, units: exactUnits };
            globalThis.verifier = createVerifier({ ...parts, paper: paperGraders(parts) });`,
          resolveDir: join(import.meta.dirname, '../..'),
          loader: 'ts',
        },
        bundle: true,
        format: 'esm',
        platform: 'browser',
        minify: true,
        outfile: join(folder, 'verifier.js'),
      });
      server = createServer((request, response) => {
        const script = request.url === '/verifier.js';
        response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
        response.end(
          script
            ? readFileSync(join(folder, 'verifier.js'))
            : '<!doctype html><script type="module" src="/verifier.js"></script>',
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      browser = await chromium.launch({ executablePath: ONESHOT_CHROMIUM, args: ['--no-sandbox'] });
    });

    afterAll(async () => {
      await browser?.close();
      server?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('says what it says in Node, reasons and fuel included', async () => {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction('globalThis.verifier !== undefined');
      const there = await page.evaluate(
        `(${JSON.stringify(cases)}).map((each) => globalThis.verifier.verify(each))`,
      );
      expect(problems).toEqual([]);
      expect(there).toEqual(cases.map((each) => verify(each)));
    });
  },
);
