import { parquetReadObjects } from 'hyparquet';

/** A row of the published training files, its members in the order of the file. */
export type TrainingSourceRow = Readonly<Record<string, unknown>>;

/** The rows of a Parquet file; its whole numbers of 64 bits, which are all small, as numbers. */
export async function readParquet(bytes: Uint8Array): Promise<readonly TrainingSourceRow[]> {
  const file = new Uint8Array(bytes).buffer; // of its own, without what else a pool of buffers holds
  const rows = await parquetReadObjects({ file });
  return rows.map((row) => plain(row));
}

function plain(row: object): TrainingSourceRow {
  const text = JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  return JSON.parse(text) as TrainingSourceRow; // an object as before
}
