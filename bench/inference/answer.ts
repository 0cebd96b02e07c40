import type { DecodeCase, Decoded, DecodeRequest } from './decode-request.ts';

/** What a model of one of the JavaScript programs does. */
export interface Measurable {
  measure(of: DecodeCase): Promise<Decoded['cases'][number]>;
}

/** Loads a model once for all cases of the request on the command line, and writes the last line. */
export async function answer(load: (request: DecodeRequest) => Promise<Measurable>): Promise<void> {
  const request = JSON.parse(process.argv.at(-1) ?? '') as DecodeRequest;
  const started = performance.now();
  const model = await load(request);
  const load_seconds = secondsSince(started);
  const cases: Decoded['cases'] = [];
  for (const each of request.cases) cases.push(await model.measure(each));
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ load_seconds, cpu_seconds: (user + system) / 1e6, cases } satisfies Decoded));
}

export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
