import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decoderGraph } from '#shared/inference/decoder-graph.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import { Decoder } from '#shared/inference/decoder.ts';
import { KvCache } from '#shared/inference/kv-cache.ts';
import { writeRandomModel, microcosm } from './test/shared/inference/random-model.ts';
import { readFileSync } from 'node:fs';
const directory = process.argv[2] ?? await writeRandomModel(microcosm);
const B = Number(process.argv[3] ?? 64);
const config = await readModelConfig(directory);
const s = await InferenceSession.create(decoderGraph(config, await locateWeights(directory)), { intraOpNumThreads: 1, enableProfiling: true, profileFilePrefix: '/tmp/ortprof', enableMemPattern: false,
 extra: { session: { model_external_initializers_file_folder_path: directory } } });
const d = new Decoder(config, s);
const p = await d.prefill(Array.from({length: 13}, (_, i) => i * 7 + 3));
const c = new KvCache(config, B);
for (let b = 0; b < B; b++) c.addCopy(p.cache);
for (let i = 0; i < 40; i++) await d.step(c, Array(B).fill(5));
s.endProfiling();
import { readdirSync, rmSync } from 'node:fs';
const f = readdirSync('/tmp').filter((x) => x.startsWith('ortprof')).at(-1)!;
const ev = JSON.parse(readFileSync('/tmp/' + f, 'utf8'));
rmSync('/tmp/' + f);
const by: Record<string, [number, number]> = {};
let tot = 0;
for (const e of ev) if (e.cat === 'Node' && e.name.endsWith('_kernel_time')) { const k = e.args.op_name + ' ' + (e.args.input_type_shape?.at?.(-1) ? JSON.stringify(e.args.input_type_shape.slice(0,2).map((x: any) => Object.values(x)[0].join('x').replace(/^64x/,'Bx'))).replace(/x(13|5\d|1\d\d|6\d)\b/g,'') : ''); const kk = e.args.op_name + (e.args.op_name.includes('MatMul') ? JSON.stringify(e.args.input_type_shape) : ''); by[kk] ??= [0, 0]; by[kk]![0] += e.dur; by[kk]![1]++; tot += e.dur; }
for (const [k, v] of Object.entries(by).sort((a, b) => b[1][0] - a[1][0]).slice(0, 24)) console.log((v[0] / 41).toFixed(1), 'us/step', (v[1]/41).toFixed(0), k);
console.log('total us/step', tot / 41);
