import { describe, expect, it } from 'vitest';
import { csv } from '#functions/dashboard/shell/csv.ts';

describe('csv', () => {
  it('quotes what would end a cell or a row', () => {
    expect(csv({ columns: ['a', 'b'], rows: [['x,y', 'say "no"\nmore']] })).toBe(
      'a,b\r\n"x,y","say ""no""\nmore"\r\n',
    );
  });

  it('leaves a cell empty where there is nothing', () => {
    expect(csv({ columns: ['a', 'b', 'c'], rows: [[null, undefined, 0]] })).toBe('a,b,c\r\n,,0\r\n');
  });

  it('gives a spreadsheet no formula to compute', () => {
    expect(csv({ columns: ['a'], rows: [['=HYPERLINK("x")'], ['+1'], ['-1'], ['@a'], [-1]] })).toBe(
      `a\r\n"'=HYPERLINK(""x"")"\r\n'+1\r\n'-1\r\n'@a\r\n-1\r\n`,
    );
  });
});
