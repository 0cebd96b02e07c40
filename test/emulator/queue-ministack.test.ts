import { sqsQueueContract } from './sqs-queue-contract.ts';

sqsQueueContract('ministack');
