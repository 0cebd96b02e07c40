import { sqsHandler } from '../stage/sqs-handler.ts';
import { connectVerify } from './connect.ts';

export const handler = sqsHandler(connectVerify);
