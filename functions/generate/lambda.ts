import { sqsHandler } from '../sqs-handler.ts';
import { connectGenerate } from './connect.ts';

export const handler = sqsHandler(connectGenerate);
