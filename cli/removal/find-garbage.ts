import type { ObjectFacts, ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { type NamedObjects, namedObjects } from './named-objects.ts';

/** What kind of thing nothing names any more, as it is told. */
export type GarbageKind =
  | 'blobs'
  | 'models'
  | 'rounded models'
  | 'problem sets'
  | 'completions'
  | 'leftovers of runs'
  | 'leftovers of evaluations';

export interface Garbage extends ObjectFacts {
  readonly kind: GarbageKind;
}

export interface GarbageOptions {
  /** Models as well that no run and no evaluation names. */
  readonly models: boolean;
  /** What was stored later stays, milliseconds since 1970: its name may be about to be stored. */
  readonly beforeMs: number;
}

/** The objects that no record names. What is there is listed before the records are read: what comes later is not judged. */
export async function findGarbage(
  store: ObjectStore,
  { models, beforeMs }: GarbageOptions,
): Promise<readonly Garbage[]> {
  const candidates: Garbage[] = [];
  for (const [prefix, kind] of PLACES) {
    const old = (await store.describe(prefix)).filter(({ storedAtMs }) => storedAtMs < beforeMs);
    candidates.push(...old.map((facts) => ({ ...facts, kind })));
  }
  const named = await namedObjects(store, !models);
  return candidates.filter(({ key, kind }) => !(kind === 'models' && !models) && isGarbage(key, named));
}

const PLACES: readonly (readonly [prefix: string, kind: GarbageKind])[] = [
  [keys.prefix.blobs, 'blobs'],
  [keys.prefix.models, 'models'],
  [keys.prefix.allRounded, 'rounded models'],
  [keys.prefix.problemSets, 'problem sets'],
  [keys.prefix.generations, 'completions'],
  [keys.prefix.runs, 'leftovers of runs'],
  [keys.prefix.allStates, 'leftovers of runs'],
  [keys.prefix.runEntries, 'leftovers of runs'],
  [keys.prefix.stepTelemetries, 'leftovers of runs'],
  [keys.prefix.allCaches, 'leftovers of evaluations'],
  [keys.prefix.evaluations, 'leftovers of evaluations'],
  [keys.prefix.evaluationEntries, 'leftovers of evaluations'],
  [keys.prefix.allGenerationEntries, 'leftovers of evaluations'],
  [keys.prefix.shardTelemetries, 'leftovers of evaluations'],
];

/** Whether nothing names an object: by what its key says. */
function isGarbage(key: string, { words, generations, runs, evaluations }: NamedObjects): boolean {
  const [place = '', second = '', third = '', fourth = ''] = key.split('/');
  const entry = third.slice(third.indexOf('-') + 1);
  switch (place) {
    case 'blobs':
    case 'models':
    case 'problem-sets':
      return !words.has(second.split('.')[0] as string); // there is a part before a dot
    case 'rounded':
      return !words.has(second);
    case 'generations':
    case 'caches':
      return !generations.has(second);
    case 'runs':
    case 'state':
      return !runs.has(second);
    case 'evaluations':
      return !evaluations.has(second);
    case 'index':
      if (second === 'generations') return !evaluations.has(fourth);
      return second === 'runs' ? !runs.has(entry) : !evaluations.has(entry);
    case 'telemetry':
      return second === 'runs' ? !runs.has(third) : !evaluations.has(third);
    default:
      return false;
  }
}
