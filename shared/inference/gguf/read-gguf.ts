/**
 * The GGUF format, versions 2 and 3, little-endian: counts, metadata, places of tensors, then their data. Read strictly,
 * since files come from strangers: counts are held against the bytes that are left before anything is allocated, and no
 * two tensors share a byte.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { KnownError } from '../../errors.ts';
import { isMissing } from '../read-json.ts';
import { ByteCursor } from './byte-cursor.ts';
import { InvalidGguf, unsupportedGguf } from './invalid-gguf.ts';
import { BLOCKS, type GgufType, readableType, typeName } from './tensor-types.ts';

export interface GgufFile {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** A bigint where a number would not be exact. */
type GgufScalar = number | bigint | boolean | string;
export type GgufValue = GgufScalar | readonly GgufScalar[];

/** Where a tensor lies in its file. */
export interface GgufTensor {
  readonly type: GgufType;
  /** Slowest axis first, as in safetensors; the file has it the other way round. */
  readonly shape: readonly number[];
  /** From the start of the file. */
  readonly offset: number;
  readonly sizeBytes: number;
}

const MAGIC = 0x4655_4747; // "GGUF"
/** Before the data of tensors; the vocabularies of 256,000 tokens take some 15 MB. */
const MAX_HEADER_BYTES = 64_000_000;
const DEFAULT_ALIGNMENT = 32;
const MAX_AXES = 4;
/** Of an entry of metadata: length of a name, type, value. Of a tensor: length of a name, axes, type, offset. */
const LEAST_BYTES = { metadata: 13, tensor: 24 } as const;

/**
 * What a GGUF file says and where its tensors lie, without reading their data.
 *
 * @throws {KnownError} `model-file-missing`; `gguf-invalid` for a file that is truncated or breaks the format;
 *   `gguf-unsupported` for one of another version or with tensors of a type that cannot be read
 */
export function readGguf(path: string): GgufFile {
  const file = open(path);
  try {
    const { size } = fstatSync(file);
    return { path, ...readHeader(new ByteCursor(file, Math.min(size, MAX_HEADER_BYTES)), size) };
  } catch (cause) {
    throw explained(path, cause);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new KnownError('model-file-missing', `There is no file ${path}. Name a GGUF file.`, { cause });
  }
}

function explained(path: string, cause: unknown): unknown {
  const reason =
    cause instanceof InvalidGguf ? cause.message : isFolder(cause) ? 'it is a folder' : undefined;
  if (reason === undefined) return cause;
  const message = `${path} is not a whole GGUF file: ${reason}. Fetch it again, or name another file.`;
  return new KnownError('gguf-invalid', message, { cause });
}

function isFolder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EISDIR';
}

function readHeader(cursor: ByteCursor, fileBytes: number): Omit<GgufFile, 'path'> {
  if (cursor.u32() !== MAGIC) throw new InvalidGguf('it does not begin with "GGUF"');
  checkVersion(cursor.u32());
  const tensorCount = cursor.count('tensors', LEAST_BYTES.tensor);
  const metadata = readMetadata(cursor, cursor.count('entries of metadata', LEAST_BYTES.metadata));
  const infos = Array.from({ length: tensorCount }, () => readTensor(cursor));
  const alignment = alignmentOf(metadata);
  const start = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = placed(infos, { start, alignment, fileBytes });
  return { metadata, tensors };
}

function checkVersion(version: number): void {
  if (version === 2 || version === 3) return;
  const isSwapped = version >= 0x1_0000 && (version & 0xffff) === 0;
  const what = isSwapped ? 'its numbers in big-endian order' : `version ${version} of GGUF`;
  throw unsupportedGguf(what, 'Convert the model again with a newer llama.cpp, on a little-endian machine.');
}

function readMetadata(cursor: ByteCursor, count: number): ReadonlyMap<string, GgufValue> {
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    const key = cursor.string();
    if (metadata.has(key)) throw new InvalidGguf(`it has ${key} twice`);
    metadata.set(key, readValue(cursor, key));
  }
  return metadata;
}

const ARRAY = 9;
const SCALARS: Readonly<
  Record<number, { readonly bytes: number; readonly read: (cursor: ByteCursor) => GgufScalar }>
> = {
  0: { bytes: 1, read: (cursor) => cursor.u8() },
  1: { bytes: 1, read: (cursor) => cursor.i8() },
  2: { bytes: 2, read: (cursor) => cursor.u16() },
  3: { bytes: 2, read: (cursor) => cursor.i16() },
  4: { bytes: 4, read: (cursor) => cursor.u32() },
  5: { bytes: 4, read: (cursor) => cursor.i32() },
  6: { bytes: 4, read: (cursor) => cursor.f32() },
  7: { bytes: 1, read: (cursor) => cursor.u8() !== 0 },
  8: { bytes: 8, read: (cursor) => cursor.string() },
  10: { bytes: 8, read: (cursor) => cursor.u64() },
  11: { bytes: 8, read: (cursor) => cursor.i64() },
  12: { bytes: 8, read: (cursor) => cursor.f64() },
};

function readValue(cursor: ByteCursor, key: string): GgufValue {
  const type = cursor.u32();
  if (type !== ARRAY) return scalarOf(type, key).read(cursor);
  const { bytes, read } = scalarOf(cursor.u32(), key); // an array of arrays is none that anybody writes
  return Array.from({ length: cursor.count(`elements of ${key}`, bytes) }, () => read(cursor));
}

function scalarOf(type: number, key: string) {
  const scalar = SCALARS[type];
  if (!scalar) throw new InvalidGguf(`${key} is of the type ${type}, which metadata cannot have`);
  return scalar;
}

interface TensorInfo extends Pick<GgufTensor, 'type' | 'shape'> {
  readonly name: string;
  /** From the start of the tensors' data. */
  readonly offset: number | bigint;
}

function readTensor(cursor: ByteCursor): TensorInfo {
  const name = cursor.string();
  const axes = cursor.u32();
  if (axes > MAX_AXES) throw new InvalidGguf(`${name} has ${axes} axes, and ${MAX_AXES} are the most`);
  const shape = Array.from({ length: axes }, () => Number(cursor.u64())).reverse();
  return { name, shape, type: typeOf(name, cursor.u32()), offset: cursor.u64() };
}

function typeOf(name: string, number: number): GgufType {
  const type = readableType(number);
  if (type) return type;
  const advice = `Take a file in ${Object.keys(BLOCKS).join(', ')}.`;
  throw unsupportedGguf(`the tensor ${name} of the type ${typeName(number)}`, advice);
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment === 'number' && alignment > 0 && Number.isInteger(Math.log2(alignment)))
    return alignment;
  throw new InvalidGguf(`general.alignment is ${alignment}, which is no power of two`);
}

interface DataSection {
  readonly start: number;
  readonly alignment: number;
  readonly fileBytes: number;
}

/** @throws {InvalidGguf} where tensors lie outside the file or upon each other */
function placed(infos: readonly TensorInfo[], section: DataSection): ReadonlyMap<string, GgufTensor> {
  const tensors = new Map<string, GgufTensor>();
  for (const info of infos) {
    if (tensors.has(info.name)) throw new InvalidGguf(`it has the tensor ${info.name} twice`);
    tensors.set(info.name, place(info, section));
  }
  let [before, end] = ['', section.start];
  for (const [name, { offset, sizeBytes }] of [...tensors].sort(([, a], [, b]) => a.offset - b.offset)) {
    if (offset < end) throw new InvalidGguf(`the tensors ${before} and ${name} share bytes`);
    [before, end] = [name, offset + sizeBytes];
  }
  return tensors;
}

function place({ name, type, shape, offset }: TensorInfo, section: DataSection): GgufTensor {
  const { elements, bytes } = BLOCKS[type];
  const width = shape.at(-1) ?? 1;
  if (width % elements !== 0)
    throw new InvalidGguf(`${name} has rows of ${width}, which are no whole blocks of ${type}`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count === 0) throw new InvalidGguf(`${name} has no elements`);
  const sizeBytes = (count / elements) * bytes;
  if (Number(offset) % section.alignment !== 0)
    throw new InvalidGguf(`${name} lies at ${offset}, which is no multiple of ${section.alignment}`);
  const [start, end] = [section.start + Number(offset), section.start + Number(offset) + sizeBytes];
  // Sizes beyond 2^53 are not exact, and far beyond any file.
  if (end > section.fileBytes)
    throw new InvalidGguf(
      `${name} (${type} [${shape.join(', ')}]) ends at byte ${end}, the file at ${section.fileBytes}`,
    );
  return { type, shape, offset: start, sizeBytes };
}
