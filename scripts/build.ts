/** Builds what the package ships: JavaScript of each process, and the verifier and the client with their types. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundle } from './bundle.ts';

rmSync('dist', { recursive: true, force: true });
await bundle('dist');

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
  const path = join(entry.parentPath, entry.name);
  writeFileSync(path, withPackageImports(readFileSync(path, 'utf8'), dirname(path)));
}

/** The sources import each other as .ts and by the clone's folders, which a package's declarations must not. */
function withPackageImports(declarations: string, folder: string): string {
  return declarations.replaceAll(/(from |import\()(['"])([#.][^'"]*)\.ts\2/g, (_, keyword, quote, name) => {
    const target = name.startsWith('#') ? relative(folder, join('dist/types', name.slice(1))) : name;
    return `${keyword}${quote}${target.startsWith('.') ? target : `./${target}`}.js${quote}`;
  });
}
