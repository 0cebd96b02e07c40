import { setImmediate } from 'node:timers/promises';
import { inParallel } from '../in-parallel.ts';
import { sum } from '../metrics/sum.ts';
import type { Made, Turn } from '../ports/generator.ts';
import { type Admitted, admissions, rowOf } from './admissions.ts';
import type { Completion } from './completion.ts';
import type { DecodeBatch, Stepped } from './decode-batch.ts';
import type { Decoder } from './decoder.ts';
import type { NextToken } from './draw-token.ts';
import { cacheBytesPerToken } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';
import { MAX_ROWS, rowsThatFit } from './request-limits.ts';

/** Completions without an end whose keys and values are copied and stored at a time: one connection does not fill the way. */
const MOST_STORED_TOGETHER = 4;
/** Which those copies may take beside the cache, one of them excepted. */
const COPIED_BYTES = 256e6;

/**
 * Completions that are decoded together, whoever asks for them. Each call is a group with a turn and an end of its own; a row
 * that ends makes room at once for the next completion, of the call that has waited longest. An error of one call ends that call;
 * one of a step ends those that have rows in it.
 */
export class ContinuousBatch {
  readonly #decoder: Decoder;
  readonly #cacheBytes: number;
  /** In the order of their arrival. */
  readonly #calls = new Set<Call>();
  /** Row by row of the batch. */
  readonly #running: Running[] = [];
  #room: Room | undefined;
  #isWorking = false;

  /** @param cacheBytes - for the keys and values of all rows */
  constructor(decoder: Decoder, cacheBytes: number) {
    this.#decoder = decoder;
    this.#cacheBytes = cacheBytes;
  }

  /** Completions that could begin at once beside those that are asked for. */
  get freeRows(): number {
    const longest = Math.max(1, ...[...this.#calls].map(({ positions }) => positions));
    return Math.max(0, this.#rowsOf(longest) - this.#open);
  }

  /**
   * Makes completions until each of them has an end or the turn is over.
   *
   * @throws {KnownError} `cache-too-small`; whatever the turn's functions and drawing throw
   */
  async complete(
    completions: readonly Completion[],
    turn: Turn,
    onMade: (made: Made) => void,
  ): Promise<void> {
    const call = new Call(completions, turn, onMade, this.#decoder);
    this.#rowsOf(call.positions);
    this.#calls.add(call);
    if (!this.#isWorking) void this.#work();
    await call.end.promise;
  }

  get #config(): ModelConfig {
    return this.#decoder.config;
  }

  /** Completions that wait or run. */
  get #open(): number {
    return this.#running.length + sum([...this.#calls].map(({ waiting }) => waiting));
  }

  #rowsOf(positions: number): number {
    return Math.min(MAX_ROWS, rowsThatFit(positions, this.#config, this.#cacheBytes));
  }

  /** Never rejects: each call hears of its own end. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#calls.size > 0) {
      for (const call of this.#calls) {
        await this.#for(call, () => this.#admit(call));
        if (call.waiting > 0) break; // those behind it wait, too
      }
      for (const call of this.#calls) await this.#for(call, () => this.#endIfOver(call));
      if (this.#running.length > 0) await this.#step();
      await setImmediate(); // a run blocks the thread, and others have work too
    }
    this.#room?.batch.release();
    this.#room = undefined;
    this.#isWorking = false;
  }

  async #for(call: Call, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#leave(call);
      call.end.reject(error);
    }
  }

  #goesOn(call: Call): boolean {
    const own = this.#running.filter((each) => each.call === call);
    const positions = sum(own.map(({ completion }) => completion.heldPositions));
    return call.turn.goesOn(positions * cacheBytesPerToken(this.#config));
  }

  async #admit(call: Call): Promise<void> {
    while (call.waiting > 0 && this.#hasRow(call) && this.#goesOn(call)) {
      const { rows, batch } = this.#room as Room; // it has a row
      const { completion, cache, row } = await call.admit(rows - this.#running.length);
      if (completion.ended) continue;
      batch.add({ cache }, row);
      this.#running.push({ call, completion });
    }
  }

  /** Whether a row is free for the next completion of a call, for which the batch may become larger. */
  #hasRow(call: Call): boolean {
    const room = this.#room;
    const isFree = room !== undefined && this.#running.length < room.rows;
    if (isFree && call.positions <= room.positions) return true;
    const positions = Math.max(call.positions, ...this.#running.map((each) => each.call.positions));
    const rows = Math.min(this.#rowsOf(positions), this.#open);
    if (rows <= this.#running.length) return false;
    if (2 * (room?.batch.heldBytes ?? 0) > this.#cacheBytes) return false; // while rows move, they are there twice
    const batch = this.#decoder.batch(rows, positions);
    if (room) {
      batch.addAll(room.batch);
      room.batch.release();
    }
    this.#room = { batch, rows, positions };
    return true;
  }

  async #endIfOver(call: Call): Promise<void> {
    call.tell();
    const isEnded = call.waiting === 0 && !this.#running.some((each) => each.call === call);
    if (!isEnded) {
      if (this.#goesOn(call)) return;
      await this.#tellOpen(call);
    }
    this.#leave(call);
    call.end.resolve();
  }

  async #tellOpen(call: Call): Promise<void> {
    const grown = [...this.#running.entries()].filter(
      ([, each]) => each.call === call && each.completion.hasGrown,
    );
    await inParallel(grown, storedTogether(call.positions, this.#config), ([row, { completion }]) =>
      call.turn.onOpen(call.completions.indexOf(completion), {
        tokens: completion.result.tokens,
        cache: () => (this.#room as Room).batch.memoryOf(row), // it has rows
      }),
    );
  }

  async #step(): Promise<void> {
    const { batch } = this.#room as Room; // it has rows
    const rowsBefore = Map.groupBy(this.#running, ({ call }) => call);
    const start = performance.now();
    let stepped: Stepped;
    try {
      stepped = await batch.step(
        this.#running.map(({ completion }) => completion.lastToken),
        this.#running.map(({ completion }) => completion.temperature),
      );
    } catch (error) {
      for (const call of rowsBefore.keys()) await this.#for(call, () => Promise.reject(error));
      return;
    }
    const secondsOfRow = (performance.now() - start) / 1000 / this.#running.length;
    const failures = this.#draw(stepped);
    for (const [call, { length }] of rowsBefore)
      await this.#for(call, async () => {
        if (failures.has(call)) throw failures.get(call);
        call.onStep(length, secondsOfRow * length);
      });
  }

  /** Draws a token of each row, and removes those that have ended. @returns what went wrong, by call */
  #draw(stepped: Stepped): ReadonlyMap<Call, unknown> {
    const failures = new Map<Call, unknown>();
    // From the last row on, since a row that ends is replaced by the last one, which has been looked at.
    for (let row = this.#running.length - 1; row >= 0; row--) {
      const { call, completion } = this.#running[row] as Running;
      try {
        completion.draw(nextOf(stepped, row, this.#config));
      } catch (error) {
        failures.set(call, error);
        continue;
      }
      if (!completion.ended) continue;
      call.made.completions += 1;
      this.#remove(row);
    }
    return failures;
  }

  #remove(row: number): void {
    this.#room?.batch.remove(row);
    this.#running[row] = this.#running.at(-1) as Running;
    this.#running.pop();
  }

  /** Gives up a call's rows. */
  #leave(call: Call): void {
    for (let row = this.#running.length - 1; row >= 0; row--)
      if (this.#running[row]?.call === call) this.#remove(row);
    this.#calls.delete(call);
  }
}

/** A batch of the decoder and what there is room for in it. */
interface Room {
  readonly batch: DecodeBatch;
  readonly rows: number;
  /** Of each row. */
  readonly positions: number;
}

interface Running {
  readonly call: Call;
  readonly completion: Completion;
}

/** Completions that are asked for together. */
class Call {
  readonly completions: readonly Completion[];
  readonly turn: Turn;
  readonly end = Promise.withResolvers<void>();
  /** Of each of its rows, at most. */
  readonly positions: number;
  readonly made = { completions: 0, tokens: 0 };
  /** That have no row yet. */
  waiting: number;
  readonly #onMade: (made: Made) => void;
  readonly #admissions: AsyncGenerator<Admitted, void>;
  #freeRows = 0;

  constructor(
    completions: readonly Completion[],
    turn: Turn,
    onMade: (made: Made) => void,
    decoder: Decoder,
  ) {
    this.completions = completions;
    this.turn = turn;
    this.positions = Math.max(...completions.map(({ positions }) => positions));
    this.waiting = completions.length;
    this.#onMade = onMade;
    this.#admissions = admissions(completions, decoder, () => this.#freeRows, turn.onRun);
  }

  /** The next of its completions, with its first token or with those that it came with. */
  async admit(freeRows: number): Promise<Admitted> {
    this.#freeRows = freeRows;
    const { value } = await this.#admissions.next();
    const admitted = value as Admitted; // one for each that waits
    this.waiting -= 1;
    const { completion, logits } = admitted;
    if (logits) completion.draw({ logits });
    else completion.restore();
    this.made.tokens += completion.count;
    if (completion.ended) this.made.completions += 1;
    return admitted;
  }

  onStep(rows: number, seconds: number): void {
    this.made.tokens += rows;
    this.turn.onRun('steps', seconds);
  }

  tell(): void {
    this.#onMade({ ...this.made });
  }
}

function nextOf({ logits, best, total, shares }: Stepped, row: number, config: ModelConfig): NextToken {
  return {
    logits: rowOf(logits, row, config),
    digest: {
      best: Number(best[row]),
      total: total[row] as number,
      shares: rowOf(shares, row, config),
    },
  };
}

/** @param positions - of the longest completion, at most */
function storedTogether(positions: number, config: ModelConfig): number {
  const fitting = Math.floor(COPIED_BYTES / (positions * cacheBytesPerToken(config)));
  return Math.max(1, Math.min(MOST_STORED_TOGETHER, fitting));
}
