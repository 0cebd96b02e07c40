import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson, type Json } from './canonical-json.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 26;

/** sha256 of bytes or of UTF-8 text, as 64 hexadecimal digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return bytesToHex(sha256(toBytes(data)));
}

/** As `sha256Hex`, by the platform's own code: worth its detour through another thread from about a megabyte. */
export async function sha256OfMany(data: Uint8Array): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', data as Uint8Array<ArrayBuffer>)));
}

/** H of the design: the first 130 bits of sha256 over canonical JSON, as 26 lower-case base32 characters (RFC 4648). */
export function digestId(value: Json): string {
  return base32(sha256(toBytes(canonicalJson(value)))).slice(0, ID_LENGTH);
}

/** The first 64 bits of sha256 over UTF-8 text, as two unsigned 32-bit words, big-endian. */
export function sha256Words(text: string): readonly [number, number] {
  const bytes = sha256(toBytes(text));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [view.getUint32(0), view.getUint32(4)];
}

function toBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
  }
  return text;
}
