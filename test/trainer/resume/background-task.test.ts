import { describe, expect, it } from 'vitest';
import { BackgroundTask } from '#trainer/resume/background-task.ts';

describe('BackgroundTask', () => {
  it('lets its caller go on, and starts the next piece when the last is done', async () => {
    const behind = new BackgroundTask();
    const told: string[] = [];
    const first = Promise.withResolvers<void>();
    await behind.start(() => first.promise.then(() => void told.push('first')));
    const second = behind.start(async () => void told.push('second'));
    expect(told).toEqual([]);
    first.resolve();
    await second;
    await behind.end();
    expect(told).toEqual(['first', 'second']);
  });

  it('tells of a failure at the next look, at the next piece and at the end', async () => {
    const behind = new BackgroundTask();
    const failure = new Error('disk full');
    await behind.start(() => Promise.reject(failure));
    await expect(behind.end()).rejects.toBe(failure);
    expect(() => behind.check()).toThrow(failure);
    await expect(behind.start(async () => {})).rejects.toBe(failure);
  });
});
