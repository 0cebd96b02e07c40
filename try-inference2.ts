import { loadDecoder } from '#shared/inference/decoder.ts';
import { readFileSync, readdirSync } from 'node:fs';
const root = '/work/main/test/golden/inference/';
for (const name of readdirSync(root)) {
  const d = await loadDecoder(root + name, { threads: 1 });
  for (const { tokens, logits } of JSON.parse(readFileSync(root + name + '/logits.json', 'utf8'))) {
    const p = await d.prefill(tokens);
    let worst = 0;
    logits.forEach((x: number, i: number) => (worst = Math.max(worst, Math.abs(x - p.logits[i]!))));
    // token by token
    const one = await d.prefill(tokens.slice(0, 1));
    let l = one.logits;
    for (const t of tokens.slice(1)) l = await d.step(one.cache, [t]);
    let worst2 = 0;
    logits.forEach((x: number, i: number) => (worst2 = Math.max(worst2, Math.abs(x - l[i]!))));
    console.log(name, tokens.length, worst, worst2);
  }
  await d.release();
}
