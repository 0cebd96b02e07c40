/** Builds what the package ships: JavaScript of each process, and the verifier with its types. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    cli: 'cli/main.ts',
    runner: 'functions/local/main.ts',
    worker: 'functions/local/worker.ts',
    driver: 'trainer/main.ts',
    verifier: 'shared/verifier/verify.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.13',
  packages: 'external',
  logLevel: 'warning',
});

const types = [
  '--noEmit',
  'false',
  '--declaration',
  '--emitDeclarationOnly',
  '--rootDir',
  '.',
  '--outDir',
  'dist/types',
];
execFileSync('tsc', ['-p', 'tsconfig.build.json', ...types], { stdio: 'inherit' });
for (const entry of readdirSync('dist/types', { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  // The sources import each other as .ts, which a package's declarations must not.
  const path = join(entry.parentPath, entry.name);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"));
}
