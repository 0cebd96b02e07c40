/** Puts a body of its own under every key, as others do at the same time, and looks at what there is. */
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { tell, waitForStart } from './worker-side.ts';

const [root = '', own = '', keys = '', sizeBytes = ''] = process.argv.slice(2);
const store = new FolderStore(root);
const body = new Uint8Array(Number(sizeBytes)).fill(Number(own));
const created: string[] = [];
let torn = 0;

await waitForStart();
for (let i = 0; i < Number(keys); i++) {
  const key = `race/${i % 5}/${i}`;
  await look(key);
  if ((await store.putOnce(key, body)) === 'created') created.push(key);
  await look(key);
  for (const listed of await store.list(`race/${(i + 1) % 5}/`)) await look(listed);
}
tell({ created, torn });

/** Whole bodies have the full length and one byte all over. */
async function look(key: string): Promise<void> {
  const found = await store.get(key);
  if (
    found &&
    (found.length !== body.length || Buffer.compare(found.subarray(1), found.subarray(0, -1)) !== 0)
  ) {
    torn += 1;
  }
}
