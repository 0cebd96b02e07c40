import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import type { Journal } from '#shared/records/runs.ts';
import type { Rollout } from '../rollouts/rollout.ts';
import { toRecord } from './rollout-record.ts';

/**
 * A journal in canonical JSON, UTF-8. Each record's text is gone before the next is made: all of them at once would
 * outlive the collector's young memory, and collecting them later holds up the engine.
 */
export function journalBytes(step: number, rollouts: readonly Rollout[]): Uint8Array {
  const [head, tail] = canonicalJson({ schemaVersion: 1, step, rollouts: [] } satisfies Journal).split('[]');
  const records = rollouts.map((rollout, b) =>
    Buffer.from(`${b === 0 ? '' : ','}${canonicalJson(toRecord(rollout))}`),
  );
  return Buffer.concat([Buffer.from(`${head}[`), ...records, Buffer.from(`]${tail}`)]);
}
