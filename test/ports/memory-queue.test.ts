import { queueContract } from '../contracts/queue.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryQueue } from './memory-queue.ts';

queueContract('MemoryQueue', async () => {
  const clock = new ManualClock();
  return {
    queue: new MemoryQueue(clock, 4),
    maxReceives: 4,
    elapse: async (seconds) => clock.advance(seconds),
  };
});
