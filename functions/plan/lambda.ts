import { sqsHandler } from '../sqs-handler.ts';
import { connectPlan } from './connect.ts';

export const handler = sqsHandler(connectPlan);
