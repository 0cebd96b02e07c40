import { loadGenerator } from '#shared/inference/onnx-generator.ts';
import { writeRandomModel, microcosm } from './test/shared/inference/random-model.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import type { GenerationRequest } from '#shared/ports/generator.ts';
const directory = await writeRandomModel(microcosm);
const random = new RandomStream(5, 1);
let t0 = performance.now();
const g = await loadGenerator({ directory, threads: 1 });
console.log('load', performance.now() - t0);
const requests: GenerationRequest[] = [];
for (let p = 0; p < 550; p++) {
  const prompt = Array.from({ length: random.integer(9, 21) }, () => random.integer(0, 165));
  const n = p < 100 ? 8 : 1;
  for (let sample = 0; sample < n; sample++)
    requests.push({ prompt, temperature: n === 1 ? 0 : 0.6, topP: 1, maxTokens: random.next() < 0.1 ? 64 : random.integer(8, 40), stop: [1, 2], draw: { seed: 1, sample, row: p, step: 0 } });
}
for (let i = 0; i < 3; i++) {
  t0 = performance.now();
  const r = await g.generate(requests);
  const n = r.reduce((a, b) => a + b.tokens.length, 0);
  console.log(requests.length, n, performance.now() - t0, 'ms', JSON.stringify(r[600]).slice(0, 100));
}
await g.dispose();
