import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Files larger than this are "large": they have a sha256 and come from another host. */
const LARGE_BYTES = 100_000;

export interface HubRepo {
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Branches and tags beside `main`. */
  readonly revisions?: readonly string[];
  readonly licence?: string;
  /** Opens to this token alone. */
  readonly gatedBy?: string;
}

export interface Asked {
  readonly host: 'hub' | 'cdn';
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** What happens to an answer of bytes instead of it. */
export type Fault = (asked: Asked, answer: ServerResponse, bytes: Uint8Array) => boolean;

/**
 * A hub on this machine: what `@huggingface/hub` asks one for, and bytes with ranges. Large files are redirected to a
 * second server, as the real hub does.
 */
export class HubServer {
  readonly repos: Record<string, HubRepo> = {};
  readonly asked: Asked[] = [];
  /** Of answers with bytes, in order: host, file and range. */
  readonly sent: string[] = [];
  /** Of answers with bytes; gives back whether it has dealt with the answer. */
  fault: Fault = () => false;
  /** Whether refusals carry the header that names their reason. */
  tellsReasons = true;
  readonly #hub: Server;
  readonly #cdn: Server;
  #endpoint = '';

  constructor() {
    this.#hub = createServer((request, answer) => this.#answerHub(request, answer));
    this.#cdn = createServer((request, answer) => this.#answerCdn(request, answer));
  }

  async start(): Promise<this> {
    for (const server of [this.#hub, this.#cdn]) await once(server.listen(0, '127.0.0.1'), 'listening');
    this.#endpoint = addressOf(this.#hub);
    return this;
  }

  async stop(): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      if (!server.listening) continue;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  commitOf(name: string): string {
    const files = Object.entries(this.repos[name]?.files ?? {});
    return sha1(JSON.stringify(files.map(([path, bytes]) => [path, etagOf(bytes)])));
  }

  #answerHub(request: IncomingMessage, answer: ServerResponse): void {
    const asked = this.#note('hub', request);
    const { pathname } = new URL(asked.path, 'http://hub');
    const [, name = '', rest = ''] = /^(?:\/api\/models)?\/([^/]+\/[^/]+)\/(.*)$/.exec(pathname) ?? [];
    const [kind = '', revision = '', ...path] = rest.split('/').map(decodeURIComponent);
    const repo = this.repos[name];
    const commit = this.commitOf(name);
    const revisions = ['main', 'HEAD', commit, ...(repo?.revisions ?? [])];
    if (!repo) this.#refuse(answer, asked.authorization ? 404 : 401, 'RepoNotFound');
    else if (!revisions.includes(revision)) this.#refuse(answer, 404, 'RevisionNotFound');
    else if (kind === 'revision') json(answer, infoOf(name, commit, repo));
    else if (kind === 'tree') json(answer, treeOf(repo));
    else this.#answerFile(asked, answer, name, path.join('/'));
  }

  #answerFile(asked: Asked, answer: ServerResponse, name: string, file: string): void {
    const { files, gatedBy } = this.repos[name] as HubRepo; // as the caller has found
    const bytes = files[file];
    if (gatedBy !== undefined && asked.authorization !== `Bearer ${gatedBy}`)
      this.#refuse(answer, asked.authorization ? 403 : 401, 'GatedRepo');
    else if (!bytes) this.#refuse(answer, 404, 'EntryNotFound');
    else if (bytes.length > LARGE_BYTES)
      answer.writeHead(302, { location: `${addressOf(this.#cdn)}/${name}/${file}` }).end();
    else this.#send(asked, answer, bytes);
  }

  #answerCdn(request: IncomingMessage, answer: ServerResponse): void {
    const asked = this.#note('cdn', request);
    const [, org, repo, ...path] = asked.path.split('/');
    const bytes = this.repos[`${org}/${repo}`]?.files[decodeURIComponent(path.join('/'))];
    if (bytes) this.#send(asked, answer, bytes);
    else answer.writeHead(404).end();
  }

  #note(host: Asked['host'], { url = '', headers }: IncomingMessage): Asked {
    const asked = { host, path: url, range: headers.range, authorization: headers.authorization };
    this.asked.push(asked);
    return asked;
  }

  #refuse(answer: ServerResponse, status: number, reason: string): void {
    const headers = this.tellsReasons ? { 'x-error-code': reason } : {};
    answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"error":"no"}');
  }

  #send(asked: Asked, answer: ServerResponse, bytes: Uint8Array): void {
    const { host, path, range } = asked;
    this.sent.push(`${host} ${path.split('/').at(-1)}${range ? ` ${range}` : ''}`);
    if (this.fault(asked, answer, bytes)) return;
    sendRange(asked, answer, bytes);
  }
}

/** Bytes, or the part of them that was asked for. */
export function sendRange({ range }: Asked, answer: ServerResponse, bytes: Uint8Array): void {
  const start = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  const headers = { 'content-length': bytes.length - start, etag: `"${etagOf(bytes)}"` };
  if (range === undefined) answer.writeHead(200, headers);
  else
    answer.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
    });
  answer.end(bytes.subarray(start));
}

function infoOf(name: string, commit: string, { licence, gatedBy }: HubRepo) {
  const cardData = licence === undefined ? undefined : { license: licence };
  const gated = gatedBy === undefined ? false : 'manual';
  return {
    _id: '1',
    id: name,
    sha: commit,
    private: false,
    gated,
    lastModified: '2026-01-01T00:00:00.000Z',
    cardData,
  };
}

function treeOf({ files }: HubRepo) {
  return Object.entries(files).map(([path, bytes]) => {
    const isLarge = bytes.length > LARGE_BYTES;
    const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 130 };
    const oid = gitBlob(isLarge ? new TextEncoder().encode(`version 1 ${lfs.oid}`) : bytes);
    return { type: 'file', path, size: bytes.length, oid, ...(isLarge && { lfs }) };
  });
}

export function etagOf(bytes: Uint8Array): string {
  return bytes.length > LARGE_BYTES ? sha256(bytes) : gitBlob(bytes);
}

function json(answer: ServerResponse, value: unknown): void {
  answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function gitBlob(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
