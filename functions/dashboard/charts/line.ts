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
  /** Bridges over places without a value. */
  readonly gaps: string;
  readonly band: string;
  /** Intervals of points that stand alone, which have no band. */
  readonly bars: string;
}

/** A curve with its band, broken where values are missing. Pure. */
export function linePaths(points: readonly Point[], x: Scale, y: Scale): LinePaths {
  const pieces = piecesOf(points, x, y);
  const along = (piece: readonly Placed[]) => `M${piece.map(({ at }) => at).join('L')}`;
  return {
    line: pieces
      .filter((piece) => piece.length > 1)
      .map(along)
      .join(''),
    gaps: pieces
      .slice(1)
      .map((piece, index) => along([pieces[index]?.at(-1), piece[0]].filter((point) => point !== undefined)))
      .join(''),
    band: pieces.map(bandOf).join(''),
    bars: pieces
      .filter((piece) => piece.length === 1)
      .flatMap(([point]) => (point?.ends ? `M${point.x} ${point.ends[1]}V${point.ends[0]}` : []))
      .join(''),
  };
}

/** A dot at each value. Pure. */
export function dotsPath(points: readonly Point[], x: Scale, y: Scale): string {
  const known = points.flatMap((point) => (point.y === null ? [] : [{ x: point.x, y: point.y }]));
  return known.map((point) => `M${x.at(point.x)} ${y.fromTop(point.y)}h.01`).join('');
}

/** A point in the box. */
interface Placed {
  readonly x: number;
  /** Where its value is, as a path has it. */
  readonly at: string;
  /** Heights of its interval. */
  readonly ends: readonly [low: number, high: number] | undefined;
}

/** Runs of neighbours that all have a value. */
function piecesOf(points: readonly Point[], x: Scale, y: Scale): readonly (readonly Placed[])[] {
  const pieces: Placed[][] = [[]];
  for (const point of points) {
    if (point.y === null) {
      pieces.push([]);
      continue;
    }
    const left = x.at(point.x);
    const ends = point.interval && ([y.fromTop(point.interval[0]), y.fromTop(point.interval[1])] as const);
    pieces.at(-1)?.push({ x: left, at: `${left} ${y.fromTop(point.y)}`, ends });
  }
  return pieces.filter((piece) => piece.length > 0);
}

function bandOf(piece: readonly Placed[]): string {
  if (piece.length < 2) return '';
  const above: string[] = [];
  const below: string[] = [];
  for (const { x, ends } of piece) {
    if (!ends) return '';
    below.push(`${x} ${ends[0]}`);
    above.push(`${x} ${ends[1]}`);
  }
  return `M${[...above, ...below.reverse()].join('L')}Z`;
}
