import type { Comparison } from './comparison-view.ts';

type Sides = Pick<Comparison, 'sameModel' | 'recordings'>;

/**
 * What is to be known of recordings, as a sentence; empty where there are none. They name a model, and nobody here has seen it
 * write them: two of one model are not two checkpoints.
 */
export function recordingText({ sameModel, recordings: [first, second] }: Sides): string {
  if (first === null && second === null) return '';
  if (first === second) return 'Both are the same recording.';
  if (first === null || second === null)
    return sameModel ? 'Both name the same model, which nobody here has seen write the recording.' : '';
  return sameModel
    ? 'Both are recordings under the name of one model: what differs is what was recorded, and whether that came from other weights, another seed or other settings no record here says.'
    : 'Both are recordings: that these models wrote them, with these settings, is what whoever pushed them says.';
}

/** What is the same on both sides besides the protocol, as a sentence; empty where nothing is. */
export function samenessText(sides: Sides): string {
  const recorded = sides.recordings.some((recording) => recording !== null);
  return !recorded && sides.sameModel ? 'Both are of the same weights.' : recordingText(sides);
}

/** That the protocol is the same, as a sentence: what is left to differ are the weights, where that is known. */
export function nothingDiffers({ sameModel, recordings: [first, second] }: Sides): string {
  if (first === null && second === null)
    return sameModel ? 'Nothing differs, not even the weights.' : 'Nothing differs but the weights.';
  return first === second ? 'Nothing differs.' : 'Nothing that is on record differs but what was recorded.';
}
