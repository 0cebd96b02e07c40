import type { RolloutRecord } from '#shared/records/runs.ts';
import type { Rollout } from '../rollouts/rollout.ts';
import { decodeFloats, decodeInts, encodeArray } from './base64-array.ts';

/** A rollout as a journal holds it; exact. */
export function toRecord(rollout: Rollout): RolloutRecord {
  const { critic } = rollout;
  return {
    ...rollout,
    prompt: encodeArray(rollout.prompt),
    completion: encodeArray(rollout.completion),
    samplerLogprobs: encodeArray(rollout.samplerLogprobs),
    oldLogprobs: rollout.oldLogprobs && encodeArray(rollout.oldLogprobs),
    referenceLogprobs: rollout.referenceLogprobs && encodeArray(rollout.referenceLogprobs),
    critic: critic && {
      values: encodeArray(critic.values),
      returns: encodeArray(critic.returns),
      advantages: encodeArray(critic.advantages),
    },
  };
}

/** The rollout of a record, bit for bit the one that was stored. */
export function fromRecord(record: RolloutRecord): Rollout {
  const { critic } = record;
  return {
    ...record,
    prompt: decodeInts(record.prompt),
    completion: decodeInts(record.completion),
    samplerLogprobs: decodeFloats(record.samplerLogprobs),
    oldLogprobs: record.oldLogprobs === null ? null : decodeFloats(record.oldLogprobs),
    referenceLogprobs: record.referenceLogprobs === null ? null : decodeFloats(record.referenceLogprobs),
    critic: critic && {
      values: decodeFloats(critic.values),
      returns: decodeFloats(critic.returns),
      advantages: decodeFloats(critic.advantages),
    },
  };
}
