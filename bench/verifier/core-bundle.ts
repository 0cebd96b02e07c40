import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type OutputFile } from 'esbuild';
import { packageRoot } from '#cli/package/package-root.ts';
import { median } from '../quantile.ts';

const STARTS = 5;
const TIME_IMPORT = `
  const start = performance.now();
  await import('./core.mjs');
  process.stdout.write(String(performance.now() - start));
`;

/** The verifier as a browser would load it: one minified module without the parts that it is given. */
export interface CoreBundle {
  readonly code: Uint8Array;
  readonly gzipBytes: number;
  /** What it imports from outside. */
  readonly externals: readonly string[];
}

export async function bundleCore(): Promise<CoreBundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: packageRoot,
    entryPoints: ['shared/verifier/create-verifier.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    outfile: 'core.js',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const [{ contents: code }] = outputFiles as [OutputFile]; // one entry, not split
  return { code, gzipBytes: gzipSync(code).length, externals: imports.map(({ path }) => path) };
}

/** Size, and milliseconds that its import takes a fresh Node process (median of five). */
export async function coreBundleMetrics(): Promise<Readonly<Record<string, number>>> {
  const { code, gzipBytes } = await bundleCore();
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-verifier-core-'));
  try {
    writeFileSync(join(folder, 'core.mjs'), code);
    writeFileSync(join(folder, 'time.mjs'), TIME_IMPORT);
    const starts = Array.from({ length: STARTS }, () =>
      Number(execFileSync(process.execPath, [join(folder, 'time.mjs')], { encoding: 'utf8' })),
    );
    return { 'core/gzip_bytes': gzipBytes, 'core/import_ms': median(starts) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
