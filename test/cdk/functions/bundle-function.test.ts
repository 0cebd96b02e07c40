import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFunction } from '#cdk/functions/bundle-function.ts';
import { type FunctionName, functionNames } from '#cdk/functions/function-name.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { buildLayer } from '#scripts/build-layer.ts';
import { canCompile } from '#shared/inference/runtime/compile-operators.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshot-bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Unzipped, function and layers together. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_LIMIT_BYTES = 250 * 2 ** 20;
/** Few megabytes start in a few hundred milliseconds. */
const BUNDLE_BYTES = 4e6;

const bundles = Object.fromEntries(functionNames.map((name) => [name, bundle(name)])) as Record<
  FunctionName,
  ReturnType<typeof bundle>
>;

function bundle(name: FunctionName) {
  const { inputs, outputs } = bundleFunction(name, join(folder, name));
  const output = Object.values(outputs)[0];
  return { inputs: Object.keys(inputs), bytes: output?.bytes ?? 0, imports: output?.imports ?? [] };
}

beforeAll(() => buildLayer(join(folder, 'layer')));

/** Functions whose bundle holds a file of this package or folder. */
function holders(path: string): readonly FunctionName[] {
  return functionNames.filter((name) => bundles[name].inputs.some((input) => input.includes(path)));
}

it.each([
  ['decimal.js', ['verify', 'api']],
  ['@huggingface/tokenizers', ['generate']],
  ['shared/inference/decoder.ts', ['generate']],
  ['@hono/zod-openapi', ['api']],
  ['shared/metrics/summarize.ts', ['generate', 'verify', 'dead-letter']],
  ['functions/plan/', ['plan']],
  ['functions/sweep/', ['sweep']],
  ['trainer/', []],
  ['cli/', []],
])('only those bundle %s that need it: %j', (path, expected) => {
  expect(holders(path)).toEqual(expect.arrayContaining(expected));
  expect(holders(path)).toHaveLength(expected.length);
});

it('generate alone takes native code, from its layer', () => {
  const external = (name: FunctionName) =>
    bundles[name].imports.map(({ path }) => path).filter((path) => path.startsWith('onnx'));
  expect(functionNames.filter((name) => external(name).length > 0)).toEqual(['generate']);
});

it.each(functionNames)('%s stays small', (name) => {
  expect(bundles[name].bytes).toBeLessThan(BUNDLE_BYTES);
});

it('generate and its layer stay below what Lambda unzips', () => {
  const files = readdirSync(join(folder, 'layer'), { recursive: true, withFileTypes: true });
  const layerBytes = files
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  expect(layerBytes).toBeGreaterThan(10e6);
  expect(layerBytes + bundles.generate.bytes).toBeLessThan(LAMBDA_LIMIT_BYTES);
});

it.skipIf(!canCompile)('a function finds our operators in the layer, without a compiler or a cache', () => {
  const outfile = join(folder, 'find/index.js');
  buildSync({
    ...{ bundle: true, format: 'cjs', platform: 'node', external: ['onnxruntime-node'], outfile },
    define: { 'import.meta.dirname': '__dirname' },
    stdin: {
      contents: `import { ownOperators } from '#shared/inference/runtime/own-operators.ts';
        ownOperators().then((found) => console.log(JSON.stringify(found)));`,
      resolveDir: packageRoot,
    },
  });
  const modules = join(folder, 'layer/nodejs/node_modules');
  const env = { NODE_PATH: modules, PATH: '/nowhere', ONESHOT_CACHE: '/dev/null' };
  const found = JSON.parse(execFileSync(process.execPath, [outfile], { env, encoding: 'utf8' }));
  expect(found).toMatchObject({ file: expect.stringMatching(/layer.*linux\/x64\/oneshot-operators\.so$/) });
});
