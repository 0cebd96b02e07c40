import { loadGenerator } from '#shared/inference/onnx-generator.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { writeFileSync } from 'node:fs';
const dir = '/tmp/smollm2';
let t = performance.now();
const tok = await loadTokenizer(dir);
console.log('tokenizer ms', performance.now() - t, tok.endTokens, tok.tokenId('<|im_start|>'), tok.tokenId('<|im_end|>'));
t = performance.now();
const g = await loadGenerator({ directory: dir, threads: 1 });
console.log('load ms', performance.now() - t, process.memoryUsage().rss / 1e6);
const questions = ['What is the capital of France?', 'What is 2 + 3? Think step by step.', 'Write one sentence about the sea in 1999 or ½ of it.'];
const prompts = [];
for (const q of questions) { const text = await loadChatTemplate(dir, [{ role: 'user', content: q }]); prompts.push(tok.encode(text, { addSpecialTokens: false })); if (q === questions[0]) console.log(JSON.stringify(text)); }
const base = { topP: 1, maxTokens: 48, stop: tok.endTokens };
const requests = prompts.flatMap((prompt, row) => [
  { ...base, prompt, temperature: 0, draw: { seed: 1, sample: 0, row, step: 0 } },
  { ...base, prompt, temperature: 0.6, topP: 0.95, draw: { seed: 1, sample: 0, row, step: 0 } },
  { ...base, prompt, temperature: 0.6, topP: 0.95, draw: { seed: 1, sample: 1, row, step: 0 } }]);
t = performance.now();
const r = await g.generate(requests);
const ms = performance.now() - t;
console.log('generate', ms, 'ms', r.reduce((a, b) => a + b.tokens.length, 0) / ms * 1000, 'tok/s');
r.forEach((x, i) => console.log(requests[i]!.temperature, x.finish, x.tokens.length, JSON.stringify(tok.decode(x.tokens))));
writeFileSync('/tmp/smol-out.json', JSON.stringify({ prompts, greedy: r.filter((_, i) => i % 3 === 0) }));
await g.dispose();
