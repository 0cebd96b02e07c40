/** Puts one key many times at once, as other processes do at the same time, and tells how often it created it. */

import { s3Client } from '#scripts/emulator/emulated-aws.ts';
import { S3Store } from '#shared/adapters/aws/s3-store.ts';
import { tell, waitForStart } from '../shared/adapters/local/worker-side.ts';

const [endpoint = '', bucket = '', key = '', puts = '', own = ''] = process.argv.slice(2);
const store = new S3Store({ client: s3Client({ endpoint }), bucket });

await waitForStart();
const body = new TextEncoder().encode(own);
const answers = await Promise.all(Array.from({ length: Number(puts) }, () => store.putOnce(key, body)));
tell(answers.filter((answer) => answer === 'created').length);
