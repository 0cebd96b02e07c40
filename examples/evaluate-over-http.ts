/**
 * Asks a running `oneshot serve` (or a deployment) for an evaluation, waits for it and prints its scores:
 *
 *     oneshot model push trainer/microcosm/bases/habit-62-46    # prints the digest of the model
 *     oneshot data push micro-aime24
 *     oneshot serve                                             # prints address and token
 *     ONESHOT_URL=… ONESHOT_TOKEN=… node examples/evaluate-over-http.ts DIGEST micro-aime24
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { hc } from 'hono/client';
import type { Api } from '#functions/api/app.ts';

const [model = '', ...benchmarks] = process.argv.slice(2);
const { ONESHOT_URL: url = 'http://127.0.0.1:8642', ONESHOT_TOKEN: token = '' } = process.env;

// The types of all routes come with `Api`; any other language reads the same from /openapi.json.
const { evaluations } = hc<Api>(url, { headers: { authorization: `Bearer ${token}` } }).v1;

// An evaluation is named by what it asks for: the same request again answers 200 with the same id, and runs nothing twice.
const asked = await evaluations.$post({ json: { model, benchmarks, limit: 4 } });
if (asked.status !== 200 && asked.status !== 201) throw new Error(await asked.text()); // a problem document, RFC 9457
const { evaluation } = await asked.json();
console.log(`evaluation ${evaluation}`);

// `GET …/events` tells progress as it happens; where a host cannot stream, polling does.
for (;;) {
  const read = await evaluations[':evaluation'].$get({ param: { evaluation }, header: {} });
  if (read.status !== 200) throw new Error(await read.text());
  const { status, over, coverage, refused, summary } = await read.json();
  if (refused) throw new Error(`${refused.code}: ${refused.detail}`);
  if (!over) {
    console.log(`${status}, ${coverage?.done ?? 0} of ${coverage?.shards ?? '?'} shards`);
    await sleep(500);
    continue;
  }
  for (const { benchmark, score } of summary?.graders['reward']?.benchmarks ?? [])
    console.log(`${benchmark}  ${score.mean}, 95 % interval ${score.interval?.join(' to ')}`);
  break;
}
