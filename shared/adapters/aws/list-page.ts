import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { ObjectFacts } from '../../ports/object-store.ts';

/** Keys and folded entries of one page, which come as two lists, in the order of their UTF-8 bytes. */
export function entriesOf({ Contents = [], CommonPrefixes = [] }: ListObjectsV2CommandOutput): string[] {
  const keys = Contents.flatMap(({ Key }) => Key ?? []);
  const folded = CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []);
  return [...keys, ...folded].sort(compareUtf8);
}

/** What one page, without folded entries, says of its objects. */
export function factsOf({ Contents = [] }: ListObjectsV2CommandOutput): ObjectFacts[] {
  return Contents.flatMap(({ Key: key, Size: sizeBytes = 0, LastModified }) =>
    key === undefined ? [] : [{ key, sizeBytes, storedAtMs: LastModified?.getTime() ?? 0 }],
  );
}

/**
 * Whether an entry comes after `start`. S3 compares the keys and folds them afterwards, so that a page which starts
 * after a folded entry holds it once more.
 */
export function isAfter(entry: string, start: string | undefined): boolean {
  return start === undefined || compareUtf8(entry, start) > 0;
}

function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
