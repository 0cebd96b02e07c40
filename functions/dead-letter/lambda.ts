import { sqsHandler } from '../stage/sqs-handler.ts';
import { connectDeadLetter } from './connect.ts';

export const handler = sqsHandler(connectDeadLetter);
