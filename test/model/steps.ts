/** A message of the model: a reference, as in `shared/messaging/messages.ts`. */
export interface ModelMessage {
  readonly stage: 'plan' | 'generate' | 'verify';
  readonly round: number;
  readonly shard: number;
}

/** What a worker can do to the world. Each is atomic; everything may happen between two of them. */
export type Step =
  | { readonly do: 'put'; readonly key: string; readonly value: string; readonly overwrite?: true }
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'page'; readonly prefix: string; readonly after: string }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'send'; readonly message: ModelMessage }
  | { readonly do: 'choose'; readonly below: number };

/** A stage of the model: a state machine whose program counter is the generator's. */
export type Program<T = void> = Generator<Step, T, unknown>;

/** Creates an object unless it is there. */
export function* put(key: string, value: string): Program {
  yield { do: 'put', key, value };
}

export function* overwrite(key: string, value: string): Program {
  yield { do: 'put', key, value, overwrite: true };
}

export function* get(key: string): Program<string | undefined> {
  return (yield { do: 'get', key }) as string | undefined; // what the world answers to a get
}

export function* remove(key: string): Program {
  yield { do: 'delete', key };
}

/** All keys under a prefix, page by page: puts may happen between two pages. */
export function* list(prefix: string): Program<readonly string[]> {
  const keys: string[] = [];
  for (;;) {
    const page = (yield { do: 'page', prefix, after: keys.at(-1) ?? '' }) as readonly string[]; // see `get`
    if (page.length === 0) return keys;
    keys.push(...page);
  }
}

export function* send(stage: ModelMessage['stage'], round: number, shard: number): Program {
  yield { do: 'send', message: { stage, round, shard } };
}

/** A number in [0, `below`) that stands for what the model leaves open, such as the time left. */
export function* choose(below: number): Program<number> {
  return (yield { do: 'choose', below }) as number; // see `get`
}

/** What a handler throws when it misses what its message promises; no sound plane sends such a message. */
export class StageFailure extends Error {}
