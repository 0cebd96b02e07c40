import { z } from 'zod';
import { schemaVersion } from './ids.ts';

/**
 * A record that says all it has to say by being there: a round is cancelled, a token revoked, a state released, a letter redriven,
 * a note withdrawn, a model being rounded.
 */
export const Marker = z.object({ schemaVersion });
