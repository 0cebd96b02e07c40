import type { Hono } from 'hono';
import { Message } from '#shared/messaging/messages.ts';
import { stage } from '../stage/stage.ts';
import { bury } from './bury.ts';
import type { BuryPorts } from './bury-ports.ts';

export const deadLetter = (ports: BuryPorts): Hono => stage(Message, (message) => bury(message, ports));
