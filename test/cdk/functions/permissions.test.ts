import { describe, expect, it } from 'vitest';
import { keys } from '#shared/storage/keys.ts';
import { type Resource, resourcesOf, synthesized } from '../synthesized.ts';

const template = synthesized();
const ref = { evaluation: 'a'.repeat(26), round: 0 };
const checkpoint = { run: 'r', step: 1, incarnation: 0 };

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** Statements of a function's role. */
function statementsOf(construct: string): readonly Statement[] {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) =>
    id.startsWith(`${construct}Role`),
  );
  return policies.flatMap(
    ([, { Properties }]: readonly [string, Resource]) => Properties.PolicyDocument.Statement,
  );
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** Whether a role may do this to an object, by the patterns of its policy. */
function may(construct: string, action: string, key: string): boolean {
  return statementsOf(construct)
    .filter(({ Action }) => list(Action).includes(action))
    .flatMap(({ Resource }) => list(Resource))
    .some((resource) => patternOf(resource)?.test(key));
}

/** `{ 'Fn::Join': ['', [bucket, '/pattern']] }` as a regular expression. */
function patternOf(resource: unknown): RegExp | undefined {
  const [, pattern] = /"\/([^"]+)"\]\]\}$/.exec(JSON.stringify(resource)) ?? [];
  if (pattern === undefined) return undefined;
  const escaped = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${escaped}$`);
}

/** Queues that a role may send to. */
function targets(construct: string): readonly string[] {
  return statementsOf(construct)
    .filter(({ Action }) => list(Action).includes('sqs:SendMessage'))
    .flatMap(({ Resource }) => list(Resource))
    .map((resource) => /"(\w+?)(Queue|DeadLetters)/.exec(JSON.stringify(resource))?.[1] ?? '')
    .sort();
}

describe('who may put what', () => {
  const everybody = ['Plan', 'Generate', 'Verify', 'DeadLetter', 'Sweep', 'Api'];
  const stages = ['Plan', 'Generate', 'Verify', 'DeadLetter'];
  const finishers = ['Generate', 'Verify', 'DeadLetter']; // whoever meets a cancelled shard ends it
  it.each([
    ['an outcome', keys.outcome(ref, 0), finishers],
    ['a summary', keys.summary(ref), finishers],
    ['a note', keys.note(ref.evaluation, 'b'.repeat(26)), ['Api']],
    ['a refusal', keys.refused(ref), ['Plan', 'DeadLetter']],
    ['a request', keys.evaluationRequest(ref.evaluation), ['Plan', 'Api']],
    ['a manifest', keys.roundManifest(ref), ['Plan']],
    ['a cancellation', keys.cancelled(ref), ['Api']],
    ['a part', keys.part(ref.evaluation, 0, 0), ['Plan', 'Generate']],
    ['the cache of a completion', keys.cache(ref.evaluation, 'f'.repeat(64)), ['Generate']],
    ['what a round has taken over', keys.takenOver(ref), ['Plan']],
    ['a source of completions in the index', keys.generationEntry(ref.evaluation, ref.evaluation), ['Plan']],
    ['an evaluation in the index', keys.evaluationEntry(1, ref.evaluation), ['Plan']],
    ['a pending evaluation', keys.pendingEvaluation(ref), ['Plan', 'Api']],
    ['a pending checkpoint', keys.pendingCheckpoint(checkpoint), []],
    ['a model', keys.model(ref.evaluation), []],
    ['a rounded model', keys.rounded(ref.evaluation, 'int8-1'), ['Generate']],
    ['the file of one', keys.roundedFile(ref.evaluation, 'f'.repeat(64)), ['Generate']],
    ['a claim to make one', keys.roundingClaim(ref.evaluation, 'int8-1', 0), ['Generate']],
    ['a blob', keys.blob('f'.repeat(64)), []],
    ['a checkpoint', keys.checkpoint(checkpoint), []],
    ['a token', keys.token('f'.repeat(64)), []],
    ['a dead message', keys.dead('f'.repeat(64)), stages],
    ['a mark that a dead letter was redriven', keys.redriven('f'.repeat(64)), [...stages, 'Api']],
  ])('%s', (_, key, expected) => {
    expect(everybody.filter((construct) => may(construct, 's3:PutObject', key))).toEqual(expected);
  });

  it('tokens are read by the API alone', () => {
    const key = keys.token('f'.repeat(64));
    expect(everybody.filter((construct) => may(construct, 's3:GetObject', key))).toEqual(['Api']);
  });

  it('nobody deletes anything but markers of pending work', () => {
    const keysOfOthers = [keys.blob('f'), keys.outcome(ref, 0), keys.state('r', 'f'), keys.token('f')];
    const deleting = everybody.flatMap((construct) =>
      keysOfOthers.filter((key) => may(construct, 's3:DeleteObject', key)),
    );
    expect(deleting).toEqual([]);
    expect(may('Api', 's3:DeleteObject', keys.pendingEvaluation(ref))).toBe(false);
  });
});

it.each([
  ['Plan', ['Generate', 'Verify']],
  ['Generate', ['Generate', 'Verify']],
  ['Verify', []],
  ['DeadLetter', ['Generate', 'Verify']],
  ['Sweep', ['Plan']],
  ['Api', ['Generate', 'Plan', 'Verify']],
])('%s may send to %j', (construct, expected) => {
  expect(targets(construct)).toEqual(expected);
});

it('no role may do everything of a service or to every resource', () => {
  for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Policy')) {
    for (const { Action, Resource } of Properties.PolicyDocument.Statement) {
      expect(list(Action).filter((action: string) => action.includes('*'))).toEqual([]);
      expect(list(Resource)).not.toContain('*');
    }
  }
});
