import type { Scale } from './scale.ts';

/** A point of a curve; `y` is `null` where there is no value, which is never drawn as one. */
export interface Point {
  readonly x: number;
  readonly y: number | null;
  /** 95 %, in the unit of `y`. */
  readonly interval?: readonly [low: number, high: number] | undefined;
}

/** Paths in a box of 100 by 100. */
export interface LinePaths {
  readonly line: string;
  readonly dots: string;
  /** Bridges over places without a value. */
  readonly gaps: string;
  readonly band: string;
  /** Intervals of points that stand alone, which have no band. */
  readonly bars: string;
}

/** A curve with its band, broken where values are missing. Pure. */
export function linePaths(points: readonly Point[], x: Scale, y: Scale): LinePaths {
  const pieces = piecesOf(points);
  const at = (value: { readonly x: number }, height: number) => `${x.at(value.x)} ${y.fromTop(height)}`;
  const along = (piece: readonly Known[]) => `M${piece.map((point) => at(point, point.y)).join('L')}`;
  const known = pieces.flat();
  return {
    line: pieces
      .filter((piece) => piece.length > 1)
      .map(along)
      .join(''),
    dots: known.map((point) => `M${at(point, point.y)}h.01`).join(''),
    gaps: pieces
      .slice(1)
      .map((piece, index) => along([pieces[index]?.at(-1), piece[0]].filter((point) => point !== undefined)))
      .join(''),
    band: pieces.map((piece) => bandOf(piece, at)).join(''),
    bars: pieces
      .filter((piece) => piece.length === 1)
      .flatMap(([point]) =>
        point?.interval ? `M${at(point, point.interval[1])}V${y.fromTop(point.interval[0])}` : [],
      )
      .join(''),
  };
}

type Known = Point & { readonly y: number };

/** Runs of neighbours that all have a value. */
function piecesOf(points: readonly Point[]): readonly (readonly Known[])[] {
  const pieces: Known[][] = [[]];
  for (const { y, ...rest } of points) {
    if (y === null) pieces.push([]);
    else pieces.at(-1)?.push({ ...rest, y });
  }
  return pieces.filter((piece) => piece.length > 0);
}

function bandOf(piece: readonly Known[], at: (point: Known, height: number) => string): string {
  const banded = piece.filter((point) => point.interval);
  if (piece.length < 2 || banded.length < piece.length) return '';
  const edge = (side: 0 | 1) => piece.map((point) => at(point, point.interval?.[side] ?? point.y));
  return `M${[...edge(1), ...edge(0).reverse()].join('L')}Z`;
}
