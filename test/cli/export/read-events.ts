/** Reads event files from their description alone, sharing nothing with the code that writes them. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion: string;
  readonly scalars: readonly (readonly [tag: string, value: number])[];
}

type Field = { readonly number: number; readonly value: Buffer };

/** @throws {Error} on a record that is cut or whose checksum is wrong */
export function readEvents(file: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let offset = 0; offset < file.length; ) {
    const length = Number(file.readBigUInt64LE(offset));
    const data = file.subarray(offset + 12, offset + 12 + length);
    assertChecksum(file.subarray(offset, offset + 8), file.readUInt32LE(offset + 8));
    assertChecksum(data, file.readUInt32LE(offset + 12 + length));
    events.push(eventOf(fieldsOf(data)));
    offset += length + 16;
  }
  return events;
}

function eventOf(fields: readonly Field[]): ReadEvent {
  const find = (number: number) => fields.find((field) => field.number === number)?.value;
  const summary = find(5);
  return {
    wallTime: find(1)?.readDoubleLE() ?? 0,
    step: Number(find(2)?.readBigUInt64LE() ?? 0),
    fileVersion: find(3)?.toString() ?? '',
    scalars: (summary ? fieldsOf(summary) : []).map(({ value }) => {
      const [tag, number] = fieldsOf(value);
      return [tag?.value.toString() ?? '', number?.value.readFloatLE() ?? Number.NaN] as const;
    }),
  };
}

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let offset = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(offset++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (offset < message.length) {
    const key = Number(varint());
    const wire = key & 7;
    if (wire === 0) {
      const value = Buffer.alloc(8);
      value.writeBigUInt64LE(varint());
      fields.push({ number: key >> 3, value });
      continue;
    }
    const size = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
    fields.push({ number: key >> 3, value: message.subarray(offset, offset + size) });
    offset += size;
  }
  return fields;
}

/** CRC-32C bit by bit, rotated right by 15 bits, plus a constant. */
function assertChecksum(data: Buffer, stored: number): void {
  let crc = 0xffffffffn;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  crc ^= 0xffffffffn;
  const rotated = (crc >> 15n) | ((crc << 17n) & 0xffffffffn);
  if (Number((rotated + 0xa282ead8n) & 0xffffffffn) !== stored) throw new Error('a checksum is wrong');
}
