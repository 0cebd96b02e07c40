/** Tries to store more than fits, by every way there is, and prints what happened as one JSON line. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { openQueues } from '#shared/adapters/local/sqlite-queue.ts';
import { codeOf } from './code-of.ts';

const [root = '', source = '', sizeBytes = ''] = process.argv.slice(2);
const store = new FolderStore(join(root, 'store'));
const put = await codeOf(store.putOnce('large/put', new Uint8Array(Number(sizeBytes))));
const putFile = await codeOf(store.putFile('large/file', source));
const afterwards = await store.putOnce('small', new Uint8Array(10));
const getFile = await codeOf(store.getFile('small', join(root, 'copy')));
const { plan } = openQueues(join(root, 'queue.sqlite'), { maxReceives: 4, clock: { now: Date.now } });
const send = await codeOf(plan.send('x'.repeat(Number(sizeBytes))));
const sendAfterwards = await codeOf(plan.send('x'));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => !name.startsWith('queue'),
);
process.stdout.write(
  JSON.stringify({ put, putFile, afterwards, getFile, send, sendAfterwards, files: files.sort() }),
);
