import { generateShard } from '#functions/generate/generate-shard.ts';
import {
  type ConnectedModelServer,
  connectModelServer,
} from '#functions/generate/model-server/connect-model-server.ts';
import { samplerOf } from '#functions/generate/sampler-of.ts';
import { StoringSpeed } from '#functions/generate/storing-speed.ts';
import { freePort } from '#shared/adapters/http/free-port.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Message } from '#shared/messaging/messages.ts';
import { type Part, readParts } from '#shared/storage/completion-part.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import {
  ENDPOINT,
  type MicroModels,
  type MicroShard,
} from '../functions/generate/model-server/micro-models.ts';

/** A manager as a GPU worker has it, but with the CPU build of vLLM. */
export class ManagedVllm {
  readonly url: string;
  readonly log: LogEntry[] = [];
  readonly sent: Message[] = [];
  readonly #models: MicroModels;
  readonly #connected: ConnectedModelServer;

  private constructor(url: string, program: string, models: MicroModels) {
    this.url = url;
    this.#models = models;
    const env = {
      ONESHOT_ENDPOINTS: JSON.stringify({ [ENDPOINT]: { url } }),
      MODEL_SERVER_ENDPOINT: ENDPOINT,
      MODEL_SERVER_COMMAND: program,
      MODEL_SERVER_DEVICE: 'cpu',
      MODEL_SERVER_START_SECONDS: '900',
    };
    const log = (entry: LogEntry) => void this.log.push(entry);
    this.#connected = connectModelServer(env, { fetchModel: models.fetchModel, log });
  }

  static async create(program: string, models: MicroModels): Promise<ManagedVllm> {
    return new ManagedVllm(`http://127.0.0.1:${await freePort()}`, program, models);
  }

  /** Takes the message of a shard through the generate stage; gives back what is stored then. */
  async generate({ message, request }: MicroShard): Promise<readonly Part[]> {
    const { store } = this.#models;
    const load = async () => Promise.reject(new Error('the decoder has no part in this'));
    const { endpoints } = this.#connected;
    await generateShard(message, {
      takeTurn: (_, work) => work(),
      speed: new StoringSpeed(),
      store,
      send: async (sent) => void this.sent.push(sent),
      sampler: samplerOf({ store, load, endpoints }),
      remainingMs: () => Number.POSITIVE_INFINITY,
    });
    return readParts(store, generationId(request.generation), 0);
  }

  async post(path: string, json?: unknown): Promise<unknown> {
    const init = json === undefined ? {} : { headers: JSON_TYPE, body: JSON.stringify(json) };
    const answer = await fetch(this.url + path, { method: 'POST', ...init });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async weightVersion(): Promise<string> {
    const answer = (await (await fetch(`${this.url}/weight_info`)).json()) as { weight_version: string };
    return answer.weight_version;
  }

  events(name: string): readonly LogEntry[] {
    return this.log.filter(({ event }) => event === name);
  }

  stop(): Promise<void> {
    return this.#connected.stop();
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };
