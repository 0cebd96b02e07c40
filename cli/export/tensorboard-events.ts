/**
 * An event file as TensorBoard reads it: TFRecords, each an `Event` in protocol buffers. Of that format only what
 * scalars need is written.
 *
 * @see https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto and summary.proto
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
import { crc32c } from './crc32c.ts';
import type { CurveRow } from './run-curves.ts';

/** The version that the first event of a file names. */
const FILE_VERSION = 'brain.Event:2';

/** Fields of the messages. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** One scalar for each value of each row, as fp32. @param rows - by ascending step */
export function tensorboardEvents(rows: readonly CurveRow[]): Buffer {
  const seconds = (row: CurveRow | undefined) => (row?.atMs ?? 0) / 1000;
  const first = Buffer.concat([
    double(EVENT.wallTime, seconds(rows[0])),
    bytes(EVENT.fileVersion, Buffer.from(FILE_VERSION)),
  ]);
  const events = rows.map((row) => {
    const values = Object.entries(row.values).map(([tag, value]) => bytes(SUMMARY.value, scalar(tag, value)));
    return Buffer.concat([
      double(EVENT.wallTime, seconds(row)),
      integer(EVENT.step, row.step),
      bytes(EVENT.summary, Buffer.concat(values)),
    ]);
  });
  return Buffer.concat([first, ...events].map(record));
}

function scalar(tag: string, value: number): Buffer {
  return Buffer.concat([bytes(VALUE.tag, Buffer.from(tag)), float(VALUE.simpleValue, value)]);
}

/** Length, its checksum, data, its checksum. */
function record(data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(data.length));
  head.writeUInt32LE(masked(crc32c(head.subarray(0, 8))), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(masked(crc32c(data)));
  return Buffer.concat([head, data, tail]);
}

/** A checksum of data that holds checksums would be weak, so TFRecords rotate and shift theirs. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** How a field's value is written. */
const WIRE = { varint: 0, eightBytes: 1, lengthDelimited: 2, fourBytes: 5 } as const;

function tagOf(field: number, wire: number): Buffer {
  return varint((field << 3) | wire);
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([tagOf(field, WIRE.varint), varint(value)]);
}

function double(field: number, value: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeDoubleLE(value);
  return Buffer.concat([tagOf(field, WIRE.eightBytes), data]);
}

function float(field: number, value: number): Buffer {
  const data = Buffer.alloc(4);
  data.writeFloatLE(value);
  return Buffer.concat([tagOf(field, WIRE.fourBytes), data]);
}

function bytes(field: number, data: Buffer): Buffer {
  return Buffer.concat([tagOf(field, WIRE.lengthDelimited), varint(data.length), data]);
}

/** @param value - a whole number, 0 ≤ value < 2^53 */
function varint(value: number): Buffer {
  const digits: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 128);
  return Buffer.from([...digits, rest]);
}
