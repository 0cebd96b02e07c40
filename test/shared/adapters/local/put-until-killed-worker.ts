/** Puts one large body after the other until somebody kills it. Bytes of body i are i + 1. */
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { tell, waitForStart } from './worker-side.ts';

const [root = '', folder = '', sizeBytes = ''] = process.argv.slice(2);
const store = new FolderStore(root);

await waitForStart();
for (let i = 0; ; i++) {
  tell(`putting ${i}`);
  await store.putOnce(`${folder}/${i}`, new Uint8Array(Number(sizeBytes)).fill(i + 1));
}
