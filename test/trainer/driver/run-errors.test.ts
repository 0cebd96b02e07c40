import { expect, it } from 'vitest';
import { KnownError } from '#shared/errors.ts';
import { explained, isOutage } from '#trainer/driver/run-errors.ts';
import { EngineError } from '#trainer/engine-client/engine-client.ts';
import type { EngineErrorCode } from '#trainer/engine-client/engine-protocol.ts';

const engineError = (code: EngineErrorCode) =>
  new EngineError({ code, message: '/x/model.safetensors cannot be written', detail: {} });

it('says what to do about a disk that takes no checkpoint', () => {
  expect(explained(engineError('DISK'), 'r', 3)).toMatchObject({
    code: 'engine-disk',
    message: expect.stringMatching(/Run r .*\/x\/model\.safetensors.*Make room there.*run again/),
  });
});

it.each([
  ['the engine', engineError('NONFINITE')],
  ['the decoder that reads weights', new KnownError('weight-nonfinite', 'x')],
  ['the decoder that draws', new KnownError('logits-nonfinite', 'x')],
])('says what to do about numbers that overflow, of which %s tells', (_, error) => {
  expect(explained(error, 'r', 3)).toMatchObject({
    code: 'training-diverged',
    message: expect.stringMatching(/Run r cannot take step 3.*lower optim\.learningRate/),
    cause: error,
  });
});

it('tells an outage, after which the same job goes on, from what would happen again', () => {
  const codes = [
    'service-unavailable',
    'endpoint-unreachable',
    'access-denied',
    'disk-full',
    'engine-lost',
  ] as const;
  expect(codes.filter((code) => isOutage(new KnownError(code, 'x')))).toEqual([
    'service-unavailable',
    'endpoint-unreachable',
  ]);
  expect(isOutage(new Error('x'))).toBe(false);
});

it('leaves everything else as it is', () => {
  for (const error of [engineError('INTERNAL'), new Error('x'), 'x'])
    expect(explained(error, 'r', 3)).toBe(error);
});
