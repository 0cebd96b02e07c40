import { loadDecoder } from '#shared/inference/decoder.ts';
import { KvCache } from '#shared/inference/kv-cache.ts';
import { writeRandomModel, microcosm } from './test/shared/inference/random-model.ts';
const directory = await writeRandomModel(microcosm);
const d = await loadDecoder(directory, { threads: 1 });
const prompt = Array.from({length: 13}, (_, i) => i * 7 + 3);
for (let k = 0; k < 3; k++) {
  let t = performance.now();
  for (let i = 0; i < 200; i++) await d.prefill(prompt);
  console.log('prefill ms', (performance.now() - t) / 200);
}
const p = await d.prefill(prompt);
for (const B of [1, 8, 32, 64, 128, 256]) {
  const best: number[] = [];
  for (let r = 0; r < 3; r++) {
    const c = d.createCache(B);
    for (let b = 0; b < B; b++) c.addCopy(p.cache);
    let t = performance.now();
    for (let i = 0; i < 45; i++) await d.step(c, Array(B).fill(5));
    best.push((performance.now() - t) / 45);
  }
  const m = Math.min(...best);
  console.log(B, 'step ms', m.toFixed(3), 'us/row', (m / B * 1000).toFixed(1));
}
