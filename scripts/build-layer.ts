/**
 * Builds the Lambda layer with ONNX Runtime: what `onnxruntime-node` loads on Linux, and nothing for other systems.
 * The stack calls it; by hand: node scripts/build-layer.ts FOLDER [x64 | arm64]
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KnownError, messageOf } from '#shared/errors.ts';
import {
  canCompile,
  compileOperators,
  SHIPPED_OPERATORS,
} from '#shared/inference/runtime/compile-operators.ts';

export type Architecture = 'x64' | 'arm64';

const modules = join(import.meta.dirname, '../node_modules');
const NOT_RUN = /\.(map|md|d\.ts)$/;

/**
 * Writes `nodejs/node_modules/…`, which is where functions look into a layer, under `folder`.
 *
 * @throws {KnownError} `layer-incomplete` where the installed package lacks the files for Linux
 */
export function buildLayer(folder: string, architecture: Architecture = 'x64'): void {
  const target = join(folder, 'nodejs/node_modules');
  rmSync(join(folder, 'nodejs'), { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const path of [
    'onnxruntime-node/package.json',
    'onnxruntime-node/dist',
    libraryFolder(architecture),
    'onnxruntime-common/package.json',
    'onnxruntime-common/dist/cjs',
    ...callingPaths(architecture),
  ]) {
    const options = { recursive: true, dereference: true, filter: (source: string) => !NOT_RUN.test(source) };
    cpSync(join(modules, path), join(target, path), options);
  }
  if (canCompile && architecture === 'x64')
    addOperators(join(target, libraryFolder(architecture), SHIPPED_OPERATORS));
}

/** Functions compute the same without it, more slowly, and int4 in more memory. */
function addOperators(file: string): void {
  try {
    compileOperators(file);
  } catch (error) {
    console.error(
      `Functions decode more slowly and hold int4 in 8 bits, with ONNX Runtime's operators alone: ${messageOf(error)}.`,
    );
  }
}

const libraryFolder = (architecture: Architecture) =>
  `onnxruntime-node/bin/${nativeFolder()}/linux/${architecture}`;

/**
 * What calls the library in place. Where the machine that builds has it for its own processor alone, functions on another go
 * through onnxruntime-node, which is slower.
 */
function callingPaths(architecture: Architecture): readonly string[] {
  const native = `@koromix/koffi-linux-${architecture}`;
  const files = ['package.json', 'index.cjs', 'src/koffi/index.cjs', 'src/koffi/src/static.cjs'];
  return existsSync(join(modules, native)) ? [...files.map((file) => `koffi/${file}`), native] : [];
}

/** Named after the version of Node's native interface. */
function nativeFolder(): string {
  const bin = join(modules, 'onnxruntime-node/bin');
  const found = readdirSync(bin).find((name) => name.startsWith('napi-'));
  if (found !== undefined) return found;
  throw new KnownError('layer-incomplete', `${bin} has no native code. Install again with "npm ci".`);
}

if (import.meta.main) {
  const [folder, architecture = 'x64'] = process.argv.slice(2);
  if (folder !== undefined && (architecture === 'x64' || architecture === 'arm64')) {
    buildLayer(folder, architecture);
  } else {
    console.error('usage: node scripts/build-layer.ts FOLDER [x64 | arm64]');
    process.exitCode = 2;
  }
}
