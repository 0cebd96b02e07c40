import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { ensureVenv } from '#scripts/emulator/python-venv.ts';

const INSTALL_MS = 300_000;
const SECONDS = 45;
const EXAMPLES = 10;
/** All but `positive_data_acceptance`: a request may have the right form and name what there is not. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
];

let home: string;
let server: ChildProcess | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-schemathesis-'));
});
afterAll(async () => {
  server?.kill('SIGTERM');
  if (server) await once(server, 'exit');
  await rm(home, { recursive: true, force: true });
});

it(
  'requests made of the API’s own description, right and wrong ones, find no failure and no answer that it lacks',
  async ({ skip }) => {
    const venv = await ensureVenv('schemathesis', ['schemathesis==4.32.5']);
    if (venv.kind === 'missing') return skip(venv.reason);
    const main = join(packageRoot, 'cli/main.ts');
    const child = spawn(process.execPath, [main, 'serve', '--json', '--port', '0', '--home', home], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    server = child;
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { url, token } = JSON.parse(line) as { url: string; token: string };
    const found = await run(join(venv.bin, 'schemathesis'), [
      ...['run', `${url}/openapi.json`, '-H', `Authorization: Bearer ${token}`],
      ...['--checks', CHECKS.join(','), '--phases', 'coverage,fuzzing', '--seed', '1', '--no-color'],
      ...['--max-examples', String(EXAMPLES), '--max-time', String(SECONDS)],
    ]);
    expect(found.code, found.said).toBe(0);
    expect(found.said).toMatch(/Selected: (\d+)\/\1\s+Tested: \1\b/); // every operation
  },
  INSTALL_MS + 2 * SECONDS * 1000,
);

function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: unknown; readonly said: string }> {
  return new Promise((resolve) =>
    execFile(program, args, { cwd: home, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, said: (stdout + stderr).slice(-20_000) }),
    ),
  );
}
