/** Rounds the model of a folder with the code of a checkout, prints what that took, and removes the file: ROOT FOLDER PRECISION. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFile } from '#shared/adapters/local/sha256-of-file.ts';

export interface RoundingTime {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMb: number;
  readonly sha256: string;
}

const [root = '', folder = '', precision = ''] = process.argv.slice(2);
const { ensureQuantised } = (await import(
  join(root, 'shared/inference/quantise/quantised-weights.ts')
)) as typeof import('#shared/inference/quantise/quantised-weights.ts');
const [startCpu, start] = [process.cpuUsage(), performance.now()];
const path = await ensureQuantised(folder, precision as Parameters<typeof ensureQuantised>[1]);
const wallSeconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(startCpu);
const peakMb = process.resourceUsage().maxRSS / 1024;
const time: RoundingTime = {
  cpuSeconds: (user + system) / 1e6,
  wallSeconds,
  peakMb,
  sha256: await sha256OfFile(path),
};
rmSync(path);
process.stdout.write(`${JSON.stringify(time)}\n`);
