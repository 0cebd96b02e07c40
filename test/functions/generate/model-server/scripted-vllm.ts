/**
 * A server that answers as vLLM does, from a script instead of a model: its completions depend on the folder that it
 * loaded, the prompt and the seed. Run as a program, it is what a manager starts; files of a folder ask it for faults.
 */

import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256Hex, sha256Words } from '#shared/encoding/digest.ts';

interface Ask {
  readonly model: string;
  readonly prompt: readonly number[];
  readonly seed: number;
  readonly max_tokens: number;
}

export interface Script {
  /** Called before each completion; what it returns replaces the answer. */
  onCompletion?: (count: number, server: ScriptedVllm) => Promise<unknown>;
  /** Weights are never replaced, whatever is said. */
  deaf?: boolean;
  /** Answer to a path instead of vLLM's. */
  answers?: Readonly<Record<string, { readonly status: number; readonly body: string }>>;
}

export class ScriptedVllm {
  readonly server: Server;
  version = 'default';
  weights: string;
  asleep = false;
  paths: string[] = [];
  readonly #script: Script;
  #completions = 0;

  constructor(weights: string, script: Script = {}) {
    this.weights = weights;
    this.#script = script;
    this.server = createServer((request, response) => void this.#answer(request, response));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [path = ''] = (request.url ?? '').split('?');
    this.paths.push(path);
    const { VLLM_API_KEY: key } = process.env;
    const isStranger = key && path.startsWith('/v1/') && request.headers.authorization !== `Bearer ${key}`;
    if (isStranger && !(await fault('open'))) return void response.writeHead(401).end();
    const scripted = this.#script.answers?.[path];
    if (scripted) return void response.writeHead(scripted.status).end(scripted.body);
    const text = Buffer.concat(chunks).toString();
    const found = await this.#route(path, text === '' ? {} : JSON.parse(text)).catch(String);
    if (typeof found === 'string') response.writeHead(500).end(found);
    else response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? {}));
  }

  async #route(path: string, body: Record<string, unknown>): Promise<unknown> {
    switch (path) {
      case '/v1/models':
        return { data: [{ id: 'policy' }] };
      case '/v1/completions':
        return this.#complete(body as unknown as Ask);
      case '/weight_info':
        return { weight_version: this.version };
      case '/update_weight_version':
        if (!this.#script.deaf) this.version = String(body['new_version']);
        return {};
      case '/update_weights':
        this.weights = await weightsOf((body['update_info'] as { path: string }).path);
        return {};
      case '/finish_weight_update':
        if (!this.#script.deaf) this.version = String(body['weight_version']);
        return {};
      case '/is_sleeping':
        return { is_sleeping: this.asleep };
      case '/sleep':
      case '/wake_up':
        this.asleep = path === '/sleep';
        return {};
      case '/health':
      case '/pause':
      case '/resume':
      case '/start_weight_update':
      case '/reset_prefix_cache':
        return {};
      default:
        return undefined;
    }
  }

  async #complete({ prompt, seed, max_tokens: limit }: Ask): Promise<unknown> {
    const replaced = await this.#script.onCompletion?.(this.#completions++, this);
    if (replaced !== undefined) return replaced;
    const [a, b] = sha256Words(`${this.weights} ${prompt.join()} ${seed}`);
    const ids = [a, b, a ^ b].map((word) => 60 + (Math.abs(word) % 50)).slice(0, limit);
    return completionAnswer([...ids, 1]);
  }
}

export function completionAnswer(ids: readonly number[]): unknown {
  return {
    choices: [{ text: '', finish_reason: 'stop', token_ids: ids }],
    usage: { completion_tokens: ids.length },
  };
}

export async function weightsOf(folder: string): Promise<string> {
  return sha256Hex(await readFile(join(folder, 'model.safetensors')));
}

/** What the file of a fault holds: its parameters. */
async function fault(name: string): Promise<string | undefined> {
  return readFile(faultFile(name), 'utf8').catch(() => undefined);
}

function faultFile(name: string): string {
  return join(process.env['SCRIPTED_FAULTS'] ?? '/nowhere', name);
}

if (import.meta.main) {
  const [, folder = '', ...flags] = process.argv.slice(2); // serve FOLDER --host … --port …
  const flag = (name: string) => flags[flags.indexOf(name) + 1] ?? '';
  if (await fault('fail-to-start')) process.exit(3);
  await sleep(Number((await fault('start-ms')) ?? 0));
  const scripted = new ScriptedVllm(await weightsOf(folder), {
    onCompletion: async (count) => {
      if (count === Number(await fault('die-at'))) process.kill(process.pid, 'SIGKILL');
      if (count === Number(await fault('die-once-at'))) {
        await rm(faultFile('die-once-at'));
        process.kill(process.pid, 'SIGKILL');
      }
      await sleep(5);
    },
  });
  scripted.version = (await fault('named')) ?? scripted.version;
  // As the extension does in vLLM: a worker that is killed kills nobody.
  const owner = Number(process.env['MODEL_SERVER_OWNER']);
  setInterval(() => existsSync(`/proc/${owner}`) || process.exit(), 200);
  scripted.server.listen(Number(flag('--port')), flag('--host'));
}
