/** The model of a folder as the peers read it; each file is made once, in `peersFolder`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fetchSmolLm2Gguf } from '../models/smollm2-gguf.ts';
import { installPeer, peersFolder } from './install-peer.ts';

const LLAMA_CPP = ['llama-cpp-python==0.3.36', 'numpy'];

/** Builds llama.cpp for this processor, which takes minutes and a C++ compiler. @returns an interpreter that has it */
export function installLlamaCpp(): string {
  process.env['CMAKE_ARGS'] ??= '-DGGML_NATIVE=ON';
  return installPeer('llama-cpp', LLAMA_CPP);
}

/** @returns an interpreter that has onnxruntime-genai, what its model builder needs, and what writes models */
export function installGenai(): string {
  return installPeer(
    'genai',
    ['torch==2.13.0'], // first, so that no build for another device is pulled
    ['onnxruntime-genai==0.18.0', 'transformers==5.23.0', 'onnxruntime', 'onnx', 'onnx-ir', 'tqdm', 'gguf'],
  );
}

/** SmolLM2's own file, which our folder was made of too. */
export async function smolLm2Gguf(type: 'F32' | 'Q8_0' | 'Q4_0'): Promise<string> {
  const source = join(modelsFolder(), 'SmolLM2-135M-Instruct.Q4_1.gguf');
  if (!existsSync(source)) await fetchSmolLm2Gguf(source);
  return quantisedGguf(source, type);
}

/** A GGUF file beside another one, in another type. */
export function quantisedGguf(source: string, type: 'F32' | 'Q8_0' | 'Q4_0'): string {
  return madeOnce(source.replace(/[^.]*\.gguf$/, `${type}.gguf`), (target) =>
    python(installLlamaCpp(), join(import.meta.dirname, 'quantise_gguf.py'), source, type, target),
  );
}

/** What onnxruntime-genai's builder makes of a Hugging Face folder. Its 4 bits are in blocks of 32, as llama.cpp's and ours. */
export function genaiModel(folder: string, precision: 'fp32' | 'int8' | 'int4'): string {
  const options = {
    fp32: [],
    int8: ['block_size=32', 'accuracy_level=4', 'shared_embeddings=false'],
    int4: ['block_size=32', 'accuracy_level=4'],
  }[precision];
  return madeOnce(join(modelsFolder(), `genai-${precision}`), (target) => {
    const cache = `${target}-cache`;
    const files = ['-i', folder, '-o', target, '-c', cache];
    const extra = options.length === 0 ? [] : ['--extra_options', ...options];
    python(
      installGenai(),
      ...['-m', 'onnxruntime_genai.models.builder', ...files, '-p', precision, '-e', 'cpu', ...extra],
    );
    rmSync(cache, { recursive: true, force: true });
  });
}

/** The same graph in 4 bits, for transformers.js. */
export function transformersJsModel(folder: string): string {
  return madeOnce(join(modelsFolder(), 'transformers-js'), (target) =>
    python(
      installGenai(),
      ...[
        join(import.meta.dirname, 'onnx_for_transformers_js.py'),
        genaiModel(folder, 'int4'),
        folder,
        target,
      ],
    ),
  );
}

/** Random weights in the shape of Qwen2.5-Math-1.5B, as a Hugging Face folder and as a GGUF file in F16. */
export function randomQwen(): { readonly folder: string; readonly gguf: string } {
  const gguf = join(modelsFolder(), 'random-qwen2.5-1.5b.F16.gguf');
  const folder = madeOnce(join(modelsFolder(), 'random-qwen2.5-1.5b'), (target) =>
    python(installGenai(), join(import.meta.dirname, '../models/random_qwen.py'), target, gguf),
  );
  return { folder, gguf };
}

function modelsFolder(): string {
  const folder = join(peersFolder, 'models');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** @returns `path`, where `make` has written under another name if there was nothing */
function madeOnce(path: string, make: (target: string) => void): string {
  if (existsSync(path)) return path;
  const draft = `${path}.draft`;
  rmSync(draft, { recursive: true, force: true });
  make(draft);
  renameSync(draft, path);
  return path;
}

function python(interpreter: string, ...args: string[]): void {
  execFileSync(interpreter, args, { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1e9 });
}
