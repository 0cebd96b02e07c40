import type { DataSource } from '../sources.ts';
import { convertBenchmark } from './convert-benchmark.ts';
import { readParquet } from './read-parquet.ts';
import { foldRows, markDuplicates } from './training-rows.ts';

/**
 * The file of the data folder that is made of a published one: JSON lines, the same bytes each time.
 *
 * @param bytes - of the published file, whose sha256 was checked: the forms of its rows are taken for granted
 */
export async function convertSource({ name, form }: DataSource, bytes: Uint8Array): Promise<Uint8Array> {
  switch (form.kind) {
    case 'benchmark':
      return jsonLines(convertBenchmark(form.name, parseLines(new TextDecoder().decode(bytes))));
    case 'rows': {
      const rows = await readParquet(bytes);
      return jsonLines(form.folded ? foldRows(name, rows) : markDuplicates(name, rows));
    }
    case 'copy':
      return bytes;
    default:
      return form satisfies never;
  }
}

function parseLines(text: string): readonly unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
}

function jsonLines(rows: readonly object[]): Uint8Array {
  return new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
