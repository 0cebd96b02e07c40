/** Some whole lines of the input, or one that is too long to be held. */
export type LineChunk =
  | { readonly kind: 'lines'; readonly firstLine: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'too-long'; readonly firstLine: number };

/** Longest line that is read, in bytes. A completion of a million tokens is shorter. */
export const MAX_LINE_BYTES = 8 * 2 ** 20;

const NEWLINE = 0x0a;

/**
 * Cuts a byte stream into chunks of whole lines, numbered from 1; holds no more than a block and one line of the
 * longest kind. A chunk goes out as soon as a block ends its last line, so that a slow source is answered at once.
 */
export async function* lineChunks(
  blocks: AsyncIterable<Uint8Array>,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<LineChunk> {
  const open = new OpenLine(maxLineBytes);
  let firstLine = 1;
  for await (const block of blocks) {
    const end = block.lastIndexOf(NEWLINE) + 1;
    let whole = block.subarray(0, end);
    if (end > 0 && open.exceedsWith(whole.indexOf(NEWLINE))) {
      yield { kind: 'too-long', firstLine };
      firstLine += 1;
      whole = whole.subarray(whole.indexOf(NEWLINE) + 1);
      open.clear();
    }
    if (whole.length > 0) {
      yield { kind: 'lines', firstLine, bytes: open.join(whole) };
      firstLine += count(whole);
    }
    if (end > 0) open.clear();
    open.add(block.subarray(end));
  }
  if (open.exceedsWith(0)) yield { kind: 'too-long', firstLine };
  else if (!open.empty) yield { kind: 'lines', firstLine, bytes: open.join(new Uint8Array()) };
}

/** The line whose end has not come yet. */
class OpenLine {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get empty(): boolean {
    return this.#bytes === 0;
  }

  exceedsWith(moreBytes: number): boolean {
    return this.#bytes + moreBytes > this.#maxBytes;
  }

  add(part: Uint8Array): void {
    this.#bytes += part.length;
    // The text of a line that is too long is not kept: its result says no more than that.
    if (this.exceedsWith(0)) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  join(rest: Uint8Array): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#bytes + rest.length);
    let at = 0;
    for (const part of [...this.#parts, rest]) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}

function count(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
