import { handle } from 'hono/aws-lambda';
import { writeLog } from '#shared/adapters/write-log.ts';
import { api } from './app.ts';
import { connectApi } from './connect.ts';

/** Once for each Lambda environment; a request that comes first waits for it. */
const answering = connectApi(process.env, writeLog).then((ports) => handle(api(ports)));

export const handler: ReturnType<typeof handle> = async (event, context) => (await answering)(event, context);
