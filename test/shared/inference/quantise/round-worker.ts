/** Rounds the model of a folder until it is killed, or done. */
import { ensureQuantised } from '#shared/inference/quantise/quantised-weights.ts';

await ensureQuantised(process.argv[2] as string, 'int8');
