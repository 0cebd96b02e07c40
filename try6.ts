import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import { readFileSync } from 'node:fs';
const tok = await loadTokenizer('/tmp/smollm2');
let bad = 0, badD = 0;
for (const [s, ids, text] of JSON.parse(readFileSync('/tmp/tok-ref.json', 'utf8'))) { const e = tok.encode(s, { addSpecialTokens: false }); if (e.join() !== ids.join()) { bad++; if (bad < 3) console.log(JSON.stringify(s), e, ids); } if (tok.decode(ids) !== text) { badD++; } }
console.log('encode mismatches', bad, 'decode', badD);
