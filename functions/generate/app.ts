import type { Hono } from 'hono';
import { GenerateShard } from '#shared/messaging/messages.ts';
import { stage } from '../stage/stage.ts';
import { type GeneratePorts, generateShard } from './generate-shard.ts';
import { StoringSpeed } from './storing-speed.ts';
import { takeTurns } from './take-turns.ts';

export function generate(ports: Omit<GeneratePorts, 'takeTurn' | 'speed'>): Hono {
  const own = { takeTurn: takeTurns(), speed: new StoringSpeed() };
  return stage(GenerateShard, (message) => generateShard(message, { ...ports, ...own }));
}
