import { beforeEach, expect, it } from 'vitest';
import { holdRepeats } from '#functions/local/hold-repeats.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { SendAll } from '#shared/messaging/send.ts';

const shard = (type: 'generate-shard' | 'verify-shard', shard: number): Message => ({
  ...{ schemaVersion: 1, type, evaluation: 'e'.repeat(26), round: 0, shard },
});

let now: number;
let sent: Message[];
let isBroken: boolean;
let sendAll: SendAll;
beforeEach(() => {
  [now, sent, isBroken] = [0, [], false];
  const send: SendAll = async (messages) => {
    if (isBroken) throw new Error('no queue');
    sent.push(...messages);
  };
  sendAll = holdRepeats(send, { now: () => now }, 1000);
});

it('sends a shard to be made once, and those beside it that are new', async () => {
  await sendAll([shard('generate-shard', 0), shard('generate-shard', 1)]);
  now = 999;
  await sendAll([shard('generate-shard', 1), shard('generate-shard', 2)]);
  expect(sent).toEqual([0, 1, 2].map((each) => shard('generate-shard', each)));
});

it('sends it again after a while', async () => {
  await sendAll([shard('generate-shard', 0)]);
  now = 1000;
  await sendAll([shard('generate-shard', 0)]);
  expect(sent).toHaveLength(2);
});

it('sends all else as often as it is asked to', async () => {
  await sendAll([shard('verify-shard', 0)]);
  await sendAll([shard('verify-shard', 0)]);
  expect(sent).toHaveLength(2);
});

it('holds nothing that could not be sent', async () => {
  isBroken = true;
  await expect(sendAll([shard('generate-shard', 0)])).rejects.toThrow('no queue');
  isBroken = false;
  await sendAll([shard('generate-shard', 0)]);
  expect(sent).toHaveLength(1);
});
