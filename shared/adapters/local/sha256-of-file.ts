import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Pieces in which a file is hashed. */
const HASHED_BYTES = 1 << 20;

/** sha256 of a file's bytes, in hexadecimal digits, without holding it in memory. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await using file = await open(path);
  const piece = Buffer.allocUnsafe(HASHED_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(piece);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
  }
}
