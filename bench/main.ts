/** `npm run bench -- NAME`: runs one benchmark; its last line is JSON `{ bench, metrics, targets }`. */
import { readdirSync } from 'node:fs';
import type { BenchResult } from './bench-result.ts';

const known = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isFile() && !['main.ts', 'bench-result.ts', 'quantile.ts'].includes(entry.name))
  .map((entry) => entry.name.replace('.ts', ''));
const name = process.argv[2] ?? '';
if (!known.includes(name)) {
  console.error(`There is no benchmark "${name}". Known: ${known.join(', ')}.`);
  process.exitCode = 2;
} else {
  const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<Omit<BenchResult, 'bench'>> };
  console.log(JSON.stringify({ bench: name, ...(await bench()) } satisfies BenchResult));
}
