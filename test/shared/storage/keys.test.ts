import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPendingEvaluation,
  isRescue,
  keys,
  parseCheckpoint,
  parseFork,
  parseGenerationEntry,
  parseIncarnation,
  parseNote,
  parseOutcome,
  parsePart,
  parsePendingEvaluation,
  parseRound,
  parseStep,
  parseToken,
} from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { namesOf, roundRef, stepRef } from './names-of.ts';

/** Rows whose keys are parsed, and what of their names comes back. */
const parsed: { readonly [K in keyof typeof record]?: (key: string, ...names: never[]) => void } = {
  incarnation: (key, _: string, incarnation: number) => expect(parseIncarnation(key)).toBe(incarnation),
  journal: (key, ref) => expect(parseStep(key)).toEqual(ref),
  step: (key, ref) => expect(parseStep(key)).toEqual(ref),
  checkpoint: (key, ref) => expect(parseCheckpoint(key)).toEqual(ref),
  rescue: (key, ref) => expect(parseCheckpoint(key)).toEqual(ref),
  pendingCheckpoint: (key, ref) => expect(parseCheckpoint(key)).toEqual(ref),
  fork: (key, ref: object, child: string) => expect(parseFork(key)).toEqual({ ...ref, child }),
  generationEntry: (key, _: string, evaluation: string) => expect(parseGenerationEntry(key)).toBe(evaluation),
  outcome: (key, _: object, shard: number) => expect(parseOutcome(key)).toBe(shard),
  roundManifest: (key, { round }: { round: number }) => expect(parseRound(key)).toBe(round),
  summary: (key, { round }: { round: number }) => expect(parseRound(key)).toBe(round),
  note: (key, _: string, note: string) => expect(parseNote(key)).toEqual({ note, isWithdrawn: false }),
  withdrawn: (key, _: string, note: string) => expect(parseNote(key)).toEqual({ note, isWithdrawn: true }),
  pendingEvaluation: (key, ref) => expect(parsePendingEvaluation(key)).toEqual(ref),
  token: (key, sha256) => expect(parseToken(key)).toBe(sha256),
};

describe('keys', () => {
  it.each(Object.entries(parsed))('of a %s are parsed back into what they were made of', (kind, check) => {
    const row = record[kind as keyof typeof parsed] as (...names: unknown[]) => { key: string };
    const names = namesOf[kind as keyof typeof parsed] as fc.Arbitrary<readonly unknown[]>;
    fc.assert(
      fc.property(names, (given) => {
        check(row(...given).key, ...(given as never[]));
      }),
    );
  });

  it('tell rescues from checkpoints, and the promise of an evaluation from that of a checkpoint', () => {
    fc.assert(
      fc.property(stepRef, roundRef, (step, round) => {
        expect([keys.rescue(step), keys.checkpoint(step)].map(isRescue)).toEqual([true, false]);
        const pending = [keys.pendingEvaluation(round), keys.pendingCheckpoint(step)];
        expect(pending.map(isPendingEvaluation)).toEqual([true, false]);
      }),
    );
  });

  it('are listed by their prefixes, newest first where a time is in them', () => {
    fc.assert(
      fc.property(stepRef, roundRef, (ref, round) => {
        const { prefix } = keys;
        const { run } = ref;
        const below: readonly (readonly [string, string])[] = [
          [prefix.states(run), keys.state(run, 'a')],
          [prefix.incarnations(run), keys.incarnation(run, 1)],
          [prefix.journals(run), keys.journal(ref)],
          [prefix.allSteps(run), keys.step(ref)],
          [prefix.steps(run, ref.incarnation), keys.step(ref)],
          [prefix.checkpoints(run), keys.checkpoint(ref)],
          [prefix.forks(run), keys.fork(ref, 'child')],
          [prefix.allReleased(run), keys.released(ref)],
          [prefix.rescues(run), keys.rescue(ref)],
          [prefix.generationEntries('b'), keys.generationEntry('b', 'e')],
          [prefix.allGenerationEntries, keys.generationEntry('b', 'e')],
          [prefix.allParts('g'), keys.part('g', 1, 2)],
          [prefix.parts('g', 1), keys.part('g', 1, 2)],
          [prefix.allCaches, keys.cache('g', 'c')],
          [prefix.caches('g'), keys.cache('g', 'c')],
          [prefix.rounds(round.evaluation), keys.summary(round)],
          [prefix.outcomes(round), keys.outcome(round, 3)],
          [prefix.pendingEvaluations, keys.pendingEvaluation(round)],
          [prefix.pendingRounds(round.evaluation), keys.pendingEvaluation(round)],
          [prefix.pendingCheckpoints, keys.pendingCheckpoint(ref)],
          [prefix.problemSetEntries('b'), keys.problemSetEntry('b', 1, 'd')],
          [prefix.revokedTokens, keys.revokedToken('a')],
          [prefix.stepTelemetries, keys.stepTelemetry(ref)],
          [prefix.shardTelemetries, keys.shardTelemetry(round, 1, 'd')],
        ];
        for (const [start, key] of below) expect(key.startsWith(start), `${key} below ${start}`).toBe(true);
        expect(keys.runEntry(2, run) < keys.runEntry(1, run)).toBe(true);
        expect(keys.evaluationEntry(2, 'e') < keys.evaluationEntry(1, 'e')).toBe(true);
      }),
    );
  });

  it('of parts name their shard', () => {
    expect(parsePart(keys.part('g', 123_456, 7))).toBe(123_456);
  });

  it('of another form are refused', () => {
    const steps = [parseStep, parseCheckpoint, parseFork, parseIncarnation];
    for (const parse of [...steps, parseOutcome, parseRound, parsePart, parseGenerationEntry])
      expect(() => parse('runs/r/run.json')).toThrow('does not have the form');
  });
});
