import type { Hono } from 'hono';
import { GenerateShard } from '#shared/messages.ts';
import { stage } from '../stage.ts';
import { type GeneratePorts, generateShard } from './generate-shard.ts';

export const generate = (ports: GeneratePorts): Hono =>
  stage(GenerateShard, (message) => generateShard(message, ports));
