import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peersFolder } from './install-peer.ts';

/**
 * Installs a package of npm's beside the benchmarks' Python environment, once, without running what it brings along to be run.
 * `ONESHOT_PEERS_NPM`, a folder with a `node_modules` that has it in this version, is taken as it is.
 *
 * @returns the folder from which it can be imported
 */
export function installNpmPeer(name: string, version: string): string {
  const ready = process.env['ONESHOT_PEERS_NPM'];
  if (ready && versionIn(ready, name) === version) return ready;
  const folder = join(peersFolder, 'npm', name.replace(/\W+/g, '-'));
  if (versionIn(folder, name) === version) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}

function versionIn(folder: string, name: string): string | undefined {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
