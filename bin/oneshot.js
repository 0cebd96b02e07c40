#!/usr/bin/env node
// Plain JavaScript that any Node can read, to say what is wrong with an old one. In a clone it runs the sources, so
// that what is run is what is read; a package holds none and runs what was built of them.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const sources = new URL('cli/main.ts', root);
const built = new URL('dist/cli.js', root);
const dependencies = new URL('node_modules/', root);
const ownNode = new URL('.bin/node', dependencies);
const [major, minor] = process.versions.node.split('.').map(Number);
const here = process.versions.node;

if (existsSync(sources)) {
  if (process.features.typescript) {
    keepCompiled();
    await load(sources);
  } else if (existsSync(ownNode)) runWith(ownNode);
  else
    fail(`this is Node ${here}, and a clone needs one that runs TypeScript. Run "npm ci", which brings it.`);
} else if (major < 22 || (major === 22 && minor < 13)) {
  fail(`this is Node ${here}; it needs 22.13 or later. Install one from nodejs.org and run again.`);
} else if (existsSync(built)) await load(built);
else fail(`neither cli/main.ts nor dist/cli.js is in ${fileURLToPath(root)}. Install the package again.`);

async function load(file) {
  try {
    await import(file);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const advice = file === sources ? 'Run "npm ci".' : 'Install the package again.';
    fail(`${error.message.split('\n')[0]}. ${advice}`);
  }
}

/**
 * Has Node keep what it makes of the sources, beside the dependencies, so that types are stripped once and not at each
 * start. It knows files by the digest of what is in them, and goes without where it cannot write.
 */
function keepCompiled() {
  if (existsSync(dependencies))
    module.enableCompileCache(fileURLToPath(new URL('.cache/oneshot', dependencies)));
}

/** The same command under another Node, as far as whoever started this one can tell. */
function runWith(node) {
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(fileURLToPath(node), args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`the clone's own Node does not start (${error.message}). Run "npm ci".`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function fail(message) {
  process.stderr.write(`oneshot: ${message}\n`);
  process.exitCode = 1;
}
