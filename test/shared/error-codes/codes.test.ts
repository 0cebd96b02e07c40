import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CodeFacts, CodeRole } from '#shared/error-codes/code-facts.ts';
import { codeAreas, factsOf, hasRole } from '#shared/error-codes/codes.ts';
import { hasCode, KnownError } from '#shared/errors.ts';

const all = Object.values(codeAreas).flatMap((area) => Object.entries<CodeFacts>(area));
const names = all.map(([code]) => code);

function withRole(role: CodeRole): string[] {
  return names.filter((code) => hasRole(code, role)).sort();
}

describe('the table of codes', () => {
  it('has each code once', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const [code, facts] of all) expect(factsOf(code)).toEqual(facts);
  });

  it('knows nothing of a code that is not in it', () => {
    for (const code of ['as-scripted', 'toString', '__proto__', '']) {
      expect(factsOf(code)).toBeUndefined();
      expect(hasRole(code, 'usage')).toBe(false);
    }
  });

  it('has sentences', () => {
    for (const [code, { means, advice }] of all)
      for (const text of [means, advice]) expect(text, code).toMatch(/^[A-Z`].*\.$|^config\.json .*\.$/);
  });

  it('has no code that nobody says', () => {
    const files = globSync('{shared,functions,trainer,cli,cdk,scripts,bench}/**/*.ts');
    const said = files
      .filter((file) => !/node_modules|^shared\/error-codes\//.test(file))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const composed = /^engine-|-died$/; // of the engine's own code, of the process's name
    expect(names.filter((code) => !composed.test(code) && !said.includes(`'${code}'`))).toEqual([]);
  });
});

it('a misspelt code does not compile', () => {
  // @ts-expect-error: there is no such code
  expect(new KnownError('disk-fulll', 'x').code).toBe('disk-fulll');
  // @ts-expect-error: nor can an error have it
  expect(hasCode(new KnownError('disk-full', 'x'), 'disk-fulll')).toBe(false);
});

describe('what programs do that meet a code', () => {
  it('ends a command with exit code 2', () => {
    expect(withRole('usage')).toEqual([
      'benchmark-name-invalid',
      'benchmark-unknown',
      'config-file-invalid',
      'config-invalid',
      'confirmation-needed',
      'data-needed',
      'data-unknown',
      'deployment-needed',
      'model-needed',
      'place-ambiguous',
      'policy-invalid',
      'price-invalid',
      'recipe-needed',
      'recipe-unknown',
      'reward-unknown',
      'samples-equal',
      'setting-invalid',
      'setting-unknown',
      'store-needed',
      'usage',
    ]);
  });

  it('ends a round, a shard or the local workers', () => {
    expect(withRole('refusal')).toEqual([
      'completions-missing',
      'cost-too-high',
      'endpoint-unknown',
      'model-missing',
      'model-too-large',
      'object-invalid',
      'precision-unsupported',
      'problem-set-invalid',
      'problem-set-missing',
      'request-inconsistent',
    ]);
    expect(withRole('unfit-model')).toEqual([
      'logits-nonfinite',
      'model-unsupported',
      'token-unknown',
      'tokenizer-unsupported',
      'turn-too-short',
      'weight-contradicts',
      'weight-missing',
      'weight-nonfinite',
      'weight-repeated',
      'weight-unfit',
      'weight-unknown',
    ]);
    expect(withRole('unusable-store')).toEqual(['disk-full', 'store-unwritable']);
  });

  it('passes over what is damaged, and waits for what is away', () => {
    expect(withRole('damage')).toEqual([
      'checksum-wrong',
      'model-missing',
      'object-invalid',
      'object-missing',
    ]);
    expect(withRole('outage')).toEqual(['endpoint-unreachable', 'service-unavailable']);
    expect(withRole('engine-loss')).toEqual(['engine-lost', 'engine-stalled']);
    expect(withRole('server-loss')).toEqual(['endpoint-unreachable', 'model-server-lost']);
    expect(withRole('server-fault')).toEqual([
      'model-server-answer-invalid',
      'model-server-failed',
      'model-server-lost',
      'model-server-port-taken',
      'model-server-refused',
      'model-server-slow',
      'sampler-stale',
    ]);
  });

  it('gives up on what is final, and tries again what may pass', () => {
    for (const role of ['usage', 'refusal', 'unfit-model'] as const)
      for (const code of withRole(role)) expect(factsOf(code)?.final, code).toBe(true);
    for (const role of ['outage', 'engine-loss', 'server-loss', 'server-fault'] as const)
      for (const code of withRole(role)) expect(factsOf(code)?.final, code).toBe(false);
  });
});
