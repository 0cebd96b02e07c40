import { sqsHandler } from '../stage/sqs-handler.ts';
import { connectPlan } from './connect.ts';

export const handler = sqsHandler(connectPlan);
