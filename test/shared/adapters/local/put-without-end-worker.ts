/** Puts a file that never ends, a pipe that nobody writes to, until somebody kills it. */
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { waitForStart } from './worker-side.ts';

const [root = '', pipe = ''] = process.argv.slice(2);

await waitForStart();
await new FolderStore(root).putFile('without-end', pipe);
