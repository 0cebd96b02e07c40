import { describe, expect, it } from 'vitest';
import { type Arrow, brokenRules } from '#scripts/check-imports/broken-rules.ts';
import { floors, LOOSE, topFolders } from '#scripts/check-imports/floors.ts';

const small = {
  topFolders: { shop: { values: ['store'], types: ['staff'] }, store: { values: [] }, staff: { values: [] } },
  floors: {
    shop: [[LOOSE], ['till', 'shelf'], ['till/drawer', 'price.ts']],
  },
};

function faultsOf(
  from: string,
  to: string,
  rest: Partial<Arrow> = {},
  plan: Parameters<typeof brokenRules>[1] = small,
) {
  const home = from.split('/')[0] === to.split('/')[0];
  const arrow = { from, to, specifier: home ? './x.ts' : '#x.ts', typeOnly: false, ...rest };
  return brokenRules([arrow], plan).map((line) => line.replace(`${from} → ${to}: `, ''));
}

describe('between top folders', () => {
  it('an import that is listed is allowed, and no other', () => {
    expect(faultsOf('shop/a.ts', 'store/b.ts')).toEqual([]);
    expect(faultsOf('store/b.ts', 'shop/a.ts')).toEqual(['store/ does not import shop/']);
  });

  it('some may be imported for their types alone', () => {
    expect(faultsOf('shop/a.ts', 'staff/b.ts', { typeOnly: true })).toEqual([]);
    expect(faultsOf('shop/a.ts', 'staff/b.ts')).toEqual(['shop/ imports types of staff/ only']);
  });

  it('a folder that nobody listed may import nothing', () => {
    expect(faultsOf('attic/a.ts', 'store/b.ts')).toEqual(['attic/ does not import store/']);
  });
});

describe('inside a top folder', () => {
  it.each([
    ['shop/main.ts', 'shop/till/a.ts'],
    ['shop/till/a.ts', 'shop/till/b.ts'],
    ['shop/till/a.ts', 'shop/till/drawer/b.ts'],
    ['shop/shelf/a.ts', 'shop/price.ts'],
    ['store/a.ts', 'store/anywhere/b.ts'],
  ])('%s may import %s', (from, to) => expect(faultsOf(from, to)).toEqual([]));

  it.each([
    ['shop/till/a.ts', 'shop/shelf/b.ts', 'in shop/ till does not lie above shelf'],
    ['shop/till/drawer/a.ts', 'shop/till/b.ts', 'in shop/ till/drawer does not lie above till'],
    ['shop/price.ts', 'shop/main.ts', 'in shop/ price.ts does not lie above *'],
    [
      'shop/cellar/a.ts',
      'shop/price.ts',
      'shop/cellar/a.ts lies on no floor of shop/: name its room in floors.ts',
    ],
  ])('%s may not import %s', (from, to, fault) => expect(faultsOf(from, to)).toEqual([fault]));
});

describe('an import', () => {
  it('is relative inside a top folder', () => {
    expect(faultsOf('shop/a.ts', 'shop/till/b.ts', { specifier: '#shop/till/b.ts' })).toEqual([
      '"#shop/till/b.ts" stays at home: make it relative',
    ]);
  });

  it('begins with # where it crosses to another', () => {
    expect(faultsOf('shop/a.ts', 'store/b.ts', { specifier: '../store/b.ts' })).toEqual([
      '"../store/b.ts" crosses a folder: begin with #',
    ]);
  });
});

describe('the plan of this repository', () => {
  const faults = (from: string, to: string) => faultsOf(from, to, {}, { topFolders, floors });

  it.each([
    ['functions/generate/connect.ts', 'functions/stage/stage.ts'],
    ['functions/api/app.ts', 'functions/admission/admissible.ts'],
    ['functions/local/main.ts', 'functions/plan/app.ts'],
    ['functions/generate/model-server/a.ts', 'functions/generate/endpoint/b.ts'],
    ['shared/ports/units.ts', 'shared/verifier/node/node.ts'],
  ])('lets %s import %s', (from, to) => expect(faults(from, to)).toEqual([]));

  it.each([
    ['functions/api/app.ts', 'functions/generate/app.ts'],
    ['functions/plan/app.ts', 'functions/local/poll.ts'],
    ['functions/round/finish.ts', 'functions/verify/app.ts'],
    ['functions/generate/policy/a.ts', 'functions/generate/endpoint/b.ts'],
    ['shared/verifier/node/node.ts', 'shared/verifier/read/a.ts'],
    ['shared/storage/keys.ts', 'shared/adapters/aws/s3-store.ts'],
    ['bench/plane.ts', 'test/ports/memory-store.ts'],
    ['shared/errors.ts', 'functions/stage/stage.ts'],
  ])('does not let %s import %s', (from, to) => expect(faults(from, to)).not.toEqual([]));
});
