import { sqsHandler } from '../stage/sqs-handler.ts';
import { connectGenerate } from './connect.ts';

export const handler = sqsHandler(connectGenerate);
