import { InferenceSession, Tensor } from 'onnxruntime-node';
import { writeOnnxModel } from '#shared/inference/onnx-writer.ts';
for (const [B, KV, G, D, P] of [[64, 2, 2, 32, 64], [8, 3, 3, 64, 192], [8, 3, 3, 64, 1024]] as const)
  for (const mode of ['K', 'KT', 'V'] as const) {
    const transB = mode === 'K';
    const dims = mode === 'KT' ? [B, KV, D, P] : [B, KV, P, D];
    const q = mode === 'V' ? [B, KV, G, P] : [B, KV, G, D];
    const model = writeOnnxModel({
      nodes: Array.from({ length: 10 }, (_, i) => ({ op: 'FusedMatMul', inputs: ['q', 'k'], outputs: [`s${i}`], domain: 'com.microsoft', attributes: { transB: { kind: 'int', value: transB ? 1 : 0 } } }) as const),
      initializers: [], inputs: [{ name: 'q', type: 1, dims: q }, { name: 'k', type: 1, dims }],
      outputs: Array.from({ length: 10 }, (_, i) => ({ name: `s${i}`, type: 1, dims: ['a', 'b', 'c', 'd'] }) as const),
    });
    const s = await InferenceSession.create(model, { intraOpNumThreads: 1, graphOptimizationLevel: 'disabled' });
    const feeds = { q: new Tensor('float32', new Float32Array(q.reduce((a, b) => a * b)).fill(0.5), q), k: new Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b)).fill(0.5), dims) };
    let best = 1e9;
    for (let i = 0; i < 30; i++) { const t = performance.now(); await s.run(feeds); best = Math.min(best, performance.now() - t); }
    console.log(B, KV, G, D, P, mode, (best * 100).toFixed(1), 'us per op', (2 * B * KV * G * D * P / best / 1e5).toFixed(1), 'GF/s');
  }
