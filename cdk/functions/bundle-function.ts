import { join } from 'node:path';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';
import { repositoryRoot } from '../repository-root.ts';
import type { FunctionName } from './function-name.ts';

/** Packages with native code, which a layer brings. */
const FROM_LAYER = ['onnxruntime-node'];

/**
 * Bundles a function into `{folder}/index.js`, the AWS SDK included: the one that Lambda brings changes without notice.
 * As CommonJS, since only `require` looks into layers. Names stay, for stack traces that can be read.
 *
 * @returns which files went into the bundle, and its size
 * @throws {Error} where something in it, such as `import.meta.url`, means nothing in CommonJS: it would end the function as
 * it starts
 */
export function bundleFunction(name: FunctionName, folder: string): Metafile {
  const options = {
    absWorkingDir: repositoryRoot,
    entryPoints: [join('functions', name, 'lambda.ts')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    define: { 'import.meta.dirname': '__dirname' }, // which CommonJS has instead
    external: name === 'generate' ? FROM_LAYER : [],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  } as const satisfies BuildOptions;
  const { metafile, warnings } = buildSync(options);
  const [first] = warnings;
  if (first) throw new Error(`${name}: ${first.text} (${first.location?.file}:${first.location?.line})`);
  return metafile;
}
