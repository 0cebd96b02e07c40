import { html, raw } from 'hono/html';
import { docsStyle } from './docs-style.ts';
import type { OpenApiDocument } from './open-api-document.ts';

type Html = ReturnType<typeof html>;

/** The parts of an OpenAPI operation that the page shows. */
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: object;
}
type Content = Readonly<Record<string, { readonly schema?: object }>>;

/** The OpenAPI document as one page without scripts: operations first, then the schemas that they name. */
export function docsPage({ info, paths, components }: OpenApiDocument): Html {
  const operations = Object.entries(paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      method,
      path,
      operation,
    })),
  );
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${info.title} API</title>
    <style>${raw(docsStyle)}</style>
  </head>
  <body>
    <h1>${info.title} API <small>${info.version}</small></h1>
    <p>${info.description}</p>
    <nav>${operations.map(({ method, path, operation }) => link(method, path, operation))}</nav>
    <main>
      ${operations.map(({ method, path, operation }) => section(method, path, operation))}
      <h2>Schemas</h2>
      ${Object.entries(components?.schemas ?? {}).map(
        ([name, schema]) => html`<section id="schema-${name}"><h3>${name}</h3>${code(schema)}</section>`,
      )}
    </main>
  </body>
</html>`;
}

function link(method: string, path: string, { operationId, summary }: Operation): Html {
  return html`<a href="#${operationId}"><b>${method.toUpperCase()}</b> <code>${path}</code> ${summary}</a>`;
}

function section(method: string, path: string, operation: Operation): Html {
  const { operationId, summary, description, security, parameters, requestBody, responses } = operation;
  return html`<section id="${operationId}">
    <h2><b>${method.toUpperCase()}</b> <code>${path}</code></h2>
    <p>${summary}. ${description ?? ''} ${security?.length === 0 ? 'Needs no token.' : ''}</p>
    ${parameters?.length ? html`<table>${parameters.map(row)}</table>` : ''}
    ${requestBody ? html`<h3>Body</h3>${contents(requestBody.content)}` : ''}
    <h3>Answers</h3>
    ${Object.entries(responses).map(
      ([status, response]) =>
        html`<p><b>${status}</b> ${response.description}</p>${Number(status) < 400 ? contents(response.content ?? {}) : ''}`,
    )}
  </section>`;
}

function row({ name, in: place, required, description, schema }: Parameter): Html {
  return html`<tr>
    <td><code>${name}</code> in ${place}${required ? ', required' : ''}</td>
    <td>${description ?? ''}</td>
    <td>${code(schema ?? {})}</td>
  </tr>`;
}

function contents(content: Content): Html[] {
  return Object.entries(content).map(
    ([type, { schema }]) => html`<details><summary>${type}</summary>${code(schema ?? {})}</details>`,
  );
}

function code(value: object): Html {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}
