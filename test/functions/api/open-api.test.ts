import { createHash } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { Hono } from 'hono';
import { hc } from 'hono/client';
import { describe, expect, it } from 'vitest';
import type { Api } from '#functions/api/app.ts';
import { dashboard } from '#functions/dashboard/app.ts';
import type { DashboardPorts } from '#functions/dashboard/dashboard-ports.ts';
import { ApiWorld, wanted } from './api-world.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Routes in the form of OpenAI's API, which has a description of its own. */
const OPENAI =
  /^(?:GET|POST) \/(?:openai\/v1\/(?:models|(?:chat\/)?completions)|v1\/(?:chat\/)?completions)$/;

async function documented(): Promise<{ api: ApiWorld; document: object; paths: Paths }> {
  const api = await ApiWorld.create();
  const { body } = await api.get('/openapi.json', { token: null });
  return { api, document: body, paths: body.paths };
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { document } = await documented();
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...document });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it('describes every route but the pages and those of the form of OpenAI, and nothing else', async () => {
    const { routes, described } = await compared(await ApiWorld.create());
    expect(described).toEqual(routes);
    expect(described).toHaveLength(28);
  });

  it('differs from the routes as soon as one is added without a description', async () => {
    const api = await ApiWorld.create();
    api.app.get('/v1/undocumented', (c) => c.text('hello'));
    const { routes, described } = await compared(api);
    expect(routes.filter((route) => !described.includes(route))).toEqual(['GET /v1/undocumented']);
  });

  it('names every operation and says what each of its answers means', async () => {
    const { paths } = await documented();
    const operations = Object.values(paths).flatMap((item) => Object.values(item));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { summary, responses } of operations) {
      expect(summary).not.toBe('');
      for (const { description } of Object.values(responses)) expect(description).not.toBe('');
    }
  });

  it('says which routes need a token, and that they may answer 401', async () => {
    const { paths } = await documented();
    for (const [path, item] of Object.entries(paths)) {
      for (const { security, responses } of Object.values(item)) {
        const open = !path.startsWith('/v1/') && path !== '/metrics';
        expect(security).toEqual(open ? [] : [{ token: [] }]);
        expect('401' in responses).toBe(!open);
      }
    }
  });

  it('declares the parameters of each path', async () => {
    const { paths } = await documented();
    for (const [path, item] of Object.entries(paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(item)) {
        expect(parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(names);
      }
    }
  });

  it('takes tuples for as long as they are', async () => {
    const { document } = await documented();
    const tuples = [...JSON.stringify(document).matchAll(/"prefixItems":/g)];
    const closed = [...JSON.stringify(document).matchAll(/"minItems":2,"maxItems":2,"items":false/g)];
    expect(tuples.length).toBeGreaterThan(3);
    expect(closed).toHaveLength(tuples.length);
  });

  it('says what each route answers to a method, a Host or a query that it does not take', async () => {
    const { paths } = await documented();
    for (const [path, item] of Object.entries(paths)) {
      for (const { responses } of Object.values(item)) {
        const expected = ['405', '421', ...(path.startsWith('/v1/') ? ['422'] : [])];
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(expected));
      }
    }
  });

  it('lists only fields as required that a request needs', async () => {
    const { document } = await documented();
    const { schemas } = (document as { components: { schemas: Record<string, { required?: string[] }> } })
      .components;
    expect(schemas['EvaluationBody']?.required).toEqual(['model', 'benchmarks']);
    expect(schemas['VerifyCase']?.required).toEqual(['id', 'gold']);
    expect(JSON.stringify(schemas['VerifyCase'])).not.toContain('"required":["tolerance"');
  });
});

/** Routes of the app, and those of its document, sorted. */
/** To be asked for its routes alone. */
const NO_PORTS = { actions: {}, sessions: {}, host: {} } as unknown as DashboardPorts;

function routesOf({ routes }: Pick<Hono, 'routes'>): string[] {
  return routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
}

async function compared(api: ApiWorld): Promise<{ routes: string[]; described: string[] }> {
  const { body } = await api.get('/openapi.json');
  const pages = new Set(routesOf(dashboard(NO_PORTS)));
  const routes = routesOf(api.app).filter((route) => !pages.has(route) && !OPENAI.test(route));
  const described = Object.entries(body.paths as Paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  return { routes: [...new Set(routes)].sort(), described: described.sort() };
}

describe('what anybody may read', () => {
  it.each(['/docs', '/openapi.json'])('%s is made once, and 304 to whoever has it', async (path) => {
    const api = await ApiWorld.create();
    const { headers, body } = await api.get(path, { token: null });
    const tag = headers.get('etag') ?? '';
    api.app.openAPIRegistry.definitions.splice(0); // of which it was made
    expect((await api.get(path, { token: null })).body).toEqual(body);
    for (const seen of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const again = await api.get(path, { token: null, headers: { 'if-none-match': seen } });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', tag]);
    }
    expect((await api.get(path, { token: null, headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('says why work is not done for the moment', async () => {
    let trouble: string | undefined = 'a reason';
    const api = await ApiWorld.create({ trouble: () => trouble });
    const health = { status: 'degraded', version: '0.0.0', reason: 'a reason' };
    expect((await api.get('/healthz', { token: null })).body).toEqual(health);
    trouble = undefined;
    expect((await api.get('/healthz', { token: null })).body).toEqual({ status: 'ok', version: '0.0.0' });
  });
});

describe('the documentation page', () => {
  it('shows every operation without scripts or anything from elsewhere', async () => {
    const { api, paths } = await documented();
    const { headers, body } = await api.get('/docs', { token: null });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const style = /<style>(.*)<\/style>/s.exec(body)?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
    expect(body).not.toMatch(/<script|https?:\/\/|src=/);
    for (const { operationId } of Object.values(paths).flatMap((item) => Object.values(item))) {
      expect(body).toContain(`id="${operationId}"`);
      expect(body).toContain(`href="#${operationId}"`);
    }
    expect(body).not.toContain('[object Object]');
  });
});

describe('the types of the routes', () => {
  it('reach a client', async () => {
    const api = await ApiWorld.create();
    const token = await api.token('write');
    const client = hc<Api>('http://localhost', {
      headers: { authorization: `Bearer ${token}` },
      fetch: (async (input, init) => api.app.request(String(input), init)) satisfies typeof fetch,
    });
    const asked = await client.v1.evaluations.$post({ json: wanted });
    if (asked.status !== 201) throw new Error(String(asked.status));
    const { evaluation } = await asked.json();
    const read = await client.v1.evaluations[':evaluation'].$get({ param: { evaluation }, header: {} });
    if (read.status !== 200) throw new Error(String(read.status));
    const { status } = await read.json();
    expect(status satisfies 'planning' | 'running' | 'done' | 'refused' | 'cancelled').toBe('planning');
  });
});
