import type { Hono } from 'hono';
import { VerifyShard } from '#shared/messaging/messages.ts';
import { stage } from '../stage/stage.ts';
import { type VerifyPorts, verifyShard } from './verify-shard.ts';

export const verify = (ports: VerifyPorts): Hono =>
  stage(VerifyShard, (message) => verifyShard(message, ports));
