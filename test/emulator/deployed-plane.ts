import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createToken } from '#functions/tokens/stored-tokens.ts';
import type { Deployed } from '#scripts/deploy/deploy-evaluation.ts';
import { deployToEmulator, emulatedApiUrl } from '#scripts/deploy/deploy-to-emulator.ts';
import type { Emulator } from '#scripts/emulator/emulator-process.ts';
import { type AwsWorkspace, openAwsWorkspace } from '#shared/adapters/aws/open-aws-workspace.ts';

/** An evaluation as the API shows it, as far as tests look. */
export interface EvaluationView {
  readonly evaluation: string;
  readonly status: string;
  readonly over: boolean;
  readonly summary: unknown;
}

/** The evaluation plane, deployed to an emulator, seen from outside: over HTTP, and its bucket by an operator. */
export class DeployedPlane {
  readonly deployed: Deployed;
  /** What `--aws` of the command line names. */
  readonly file: string;
  readonly workspace: AwsWorkspace;
  readonly #url: string;
  readonly #token: string;

  private constructor(deployed: Deployed, file: string, workspace: AwsWorkspace, url: string, token: string) {
    this.deployed = deployed;
    this.file = file;
    this.workspace = workspace;
    this.#url = url;
    this.#token = token;
  }

  /** Points the SDK of this process at the emulator as well. */
  static async deploy(
    { endpoint, env }: Pick<Emulator, 'endpoint' | 'env'>,
    context: readonly string[] = [],
  ): Promise<DeployedPlane> {
    Object.assign(process.env, env);
    const file = join(await mkdtemp(join(tmpdir(), 'oneshot-deployed-')), 'outputs.json');
    const deployed = await deployToEmulator(env, file, context);
    const workspace = await openAwsWorkspace(deployed);
    const token = await createToken(workspace.store, { name: 'test', scope: 'write', createdAt: Date.now() });
    return new DeployedPlane(deployed, file, workspace, emulatedApiUrl(endpoint, deployed), token);
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    return fetch(`${this.#url}${path}`, { ...init, headers: { ...headers, ...init.headers } });
  }

  async close(): Promise<void> {
    this.workspace.close();
    await rm(dirname(this.file), { recursive: true, force: true });
  }

  /** Asks for an evaluation and gives back its id. */
  async evaluate(body: Readonly<Record<string, unknown>>): Promise<string> {
    const response = await this.fetch('/v1/evaluations', { method: 'POST', body: JSON.stringify(body) });
    const view = (await response.json()) as EvaluationView;
    if (response.status !== 201) throw new Error(`${response.status}: ${JSON.stringify(view)}`);
    return view.evaluation;
  }

  /** Waits until a round is over. */
  async follow(evaluation: string, timeoutMs: number): Promise<EvaluationView> {
    for (const end = Date.now() + timeoutMs; ; await sleep(500)) {
      const response = await this.fetch(`/v1/evaluations/${evaluation}`);
      const view = (await response.json()) as EvaluationView;
      if (view.over) return view;
      if (Date.now() > end) throw new Error(`not over after ${timeoutMs / 1000} s: ${JSON.stringify(view)}`);
    }
  }
}
