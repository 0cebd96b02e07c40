import type { Hono } from 'hono';
import { PlanMessage } from '#shared/messaging/messages.ts';
import { stage } from '../stage/stage.ts';
import { type PlanPorts, planEvaluation } from './plan-evaluation.ts';

export const plan = (ports: PlanPorts): Hono =>
  stage(PlanMessage, (message) => planEvaluation(message, ports));
