import { loadDecoder } from '#shared/inference/decoder.ts';
import { KvCache } from '#shared/inference/kv-cache.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { writeRandomModel, microcosm } from './test/shared/inference/random-model.ts';
const shapes: Record<string, any> = { micro: microcosm, odd: { layers: 2, hidden: 52, intermediate: 76, heads: 6, kvHeads: 2, headDim: 10, vocabulary: 101, context: 1024 }, mha1: { ...microcosm, heads: 1, kvHeads: 1, headDim: 64 }, mha: { ...microcosm, kvHeads: 4 }, big: { layers: 2, hidden: 320, intermediate: 700, heads: 5, kvHeads: 1, headDim: 64, vocabulary: 1003, context: 4096 } };
const which = process.argv[2]!;
const dir = which.startsWith('/') ? which : await writeRandomModel(shapes[which]);
const lens = (process.argv[3] ?? '1,2,5,13,40,63,64,65,120,127,128,129,200,260,300').split(',').map(Number);
const steps = 5;
const bits = (x: Float32Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('base64');
const run = async (threads: number, sizes: number[], refs: Map<number, string[]>) => {
  const d = await loadDecoder(dir, { threads });
  const V = d.config.vocabulary;
  const random = new RandomStream(3, 0);
  const prompts = lens.map((n) => Array.from({ length: n }, () => random.integer(0, V - 1)));
  let bad = 0, n = 0;
  const pre = [];
  for (const [i, p] of prompts.entries()) { const r = await d.prefill(p); pre.push(r); const key = -1 - i; const b = [bits(r.logits)]; if (!refs.has(key)) refs.set(key, b); else if (refs.get(key)![0] !== b[0]) { bad++; console.log('prefill differs', p.length, 'threads', threads); } }
  for (const B of sizes) {
    const rows = B === 1 ? prompts.map((_, i) => [i]) : [Array.from({ length: B }, (_, k) => (k * 7 + B) % prompts.length)];
    for (const batch of rows) {
      const c = d.createCache(B);
      for (const i of batch) c.addCopy(pre[i]!.cache);
      const got: string[][] = batch.map(() => []);
      for (let s = 0; s < steps; s++) { const l = await d.step(c, batch.map((i) => (i * 31 + s * 17) % V)); batch.forEach((_, r) => got[r]!.push(bits(l.subarray(r * V, (r + 1) * V)))); }
      batch.forEach((i, r) => { n++; if (!refs.has(i)) refs.set(i, got[r]!); else if (refs.get(i)!.join() !== got[r]!.join()) { bad++; if (bad < 10) console.log('differs B', B, 'row', r, 'len', lens[i], 'steps', got[r]!.map((x, k) => (x === refs.get(i)![k] ? '.' : 'X')).join('')); } });
    }
  }
  await d.release();
  console.log(which, 'threads', threads, 'rows', n, 'bad', bad);
};
const refs = new Map<number, string[]>();
await run(1, [1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 16, 17, 24, 31, 32, 33, 64], refs);
await run(2, [1, 2, 3, 5, 8, 16, 33], refs);
if (!which.startsWith('/')) { await run(3, [1, 2, 3, 7, 33], refs); await run(4, [1, 5, 64], refs); }
