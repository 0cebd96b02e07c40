import type { Hono } from 'hono';
import { Message } from '#shared/messages.ts';
import { stage } from '../stage.ts';
import { type BuryPorts, bury } from './bury.ts';

export const deadLetter = (ports: BuryPorts): Hono => stage(Message, (message) => bury(message, ports));
