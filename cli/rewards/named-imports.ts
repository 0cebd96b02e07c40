import { Worker } from 'node:worker_threads';

/** A module that another one names. */
export interface NamedImport {
  readonly specifier: string;
  /** An import or export statement: the module does not load without it. A call may never happen. */
  readonly isStatement: boolean;
}

/**
 * Strips types as Node does when it loads a file, and has V8 parse what is left: a module of `node:vm` says what its
 * statements import. That class hides behind a flag, which a thread may have.
 */
const PARSER = `
const { workerData, parentPort } = require('node:worker_threads');
let text = workerData.source;
let specifiers = [];
try {
  if (workerData.isTypeScript) text = require('node:module').stripTypeScriptTypes(text);
  const module = new (require('node:vm').SourceTextModule)(text);
  specifiers = module.moduleRequests?.map(({ specifier }) => specifier) ?? module.dependencySpecifiers;
} catch {}
parentPort.postMessage({ text, specifiers });
`;
const CALL = /\b(?:import|require)\s*\(\s*(['"])((?:(?!\1)[^\\\n])+)\1\s*[,)]/g;

interface Parsed {
  /** The source without types. */
  readonly text: string;
  readonly specifiers: readonly string[];
}

/**
 * What a module in JavaScript or TypeScript imports, as far as its text says: its statements, and calls of `import` and
 * `require` with a text. One that cannot be parsed imports nothing: the error is told, with its line, when it is loaded.
 */
export async function namedImports(source: string, isTypeScript: boolean): Promise<readonly NamedImport[]> {
  if (!/\b(?:import|from|require)\b/.test(source)) return []; // a thread takes a tenth of a second
  const { text, specifiers } = await parse(source, isTypeScript);
  const calls = [...text.matchAll(CALL)].map(([, , specifier = '']) => specifier);
  return [
    ...specifiers.map((specifier) => ({ specifier, isStatement: true })),
    ...calls.map((specifier) => ({ specifier, isStatement: false })),
  ];
}

async function parse(source: string, isTypeScript: boolean): Promise<Parsed> {
  const worker = new Worker(PARSER, {
    eval: true,
    workerData: { source, isTypeScript },
    execArgv: ['--experimental-vm-modules', '--no-warnings'],
  });
  try {
    return await new Promise<Parsed>((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
  } finally {
    await worker.terminate();
  }
}
