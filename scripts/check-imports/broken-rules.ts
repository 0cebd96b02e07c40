import type { floors, TopFolder, topFolders } from './floors.ts';
import { LOOSE } from './floors.ts';

/** One import of one file of ours by another; paths from the root of the repository. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** As it is written. */
  readonly specifier: string;
  readonly typeOnly: boolean;
}

export interface Plan {
  readonly topFolders: typeof topFolders;
  readonly floors: typeof floors;
}

/** Why these arrows do not fit the plan, a sentence each. */
export function brokenRules(arrows: readonly Arrow[], plan: Plan): readonly string[] {
  return arrows.flatMap((arrow) => {
    const faults = [
      betweenTops(arrow, plan.topFolders),
      spelling(arrow),
      ...betweenFloors(arrow, plan.floors),
    ];
    return faults.flatMap((fault) => (fault === undefined ? [] : [`${arrow.from} → ${arrow.to}: ${fault}`]));
  });
}

function betweenTops({ from, to, typeOnly }: Arrow, tops: Plan['topFolders']): string | undefined {
  const [top, other] = [topOf(from), topOf(to)];
  if (top === other) return undefined;
  const { values, types = [] }: TopFolder = tops[top] ?? { values: [] };
  if (values.includes(other) || (typeOnly && types.includes(other))) return undefined;
  return types.includes(other)
    ? `${top}/ imports types of ${other}/ only`
    : `${top}/ does not import ${other}/`;
}

/** Inside a top folder imports are relative, between two they say so by `#`. */
function spelling({ from, to, specifier }: Arrow): string | undefined {
  const home = topOf(from) === topOf(to);
  if (specifier.startsWith(home ? '.' : '#')) return undefined;
  return home
    ? `"${specifier}" stays at home: make it relative`
    : `"${specifier}" crosses a folder: begin with #`;
}

function betweenFloors({ from, to }: Arrow, floors: Plan['floors']): readonly string[] {
  return Object.entries(floors).flatMap(([folder, levels]) => {
    if (!from.startsWith(`${folder}/`) || !to.startsWith(`${folder}/`)) return [];
    const [importer, imported] = [from, to].map((path) => roomOf(path.slice(folder.length + 1), levels));
    for (const [path, room] of [
      [from, importer],
      [to, imported],
    ])
      if (room === undefined) return [`${path} lies on no floor of ${folder}/: name its room in floors.ts`];
    if (importer === imported) return [];
    if (levelOf(importer, levels) < levelOf(imported, levels)) return [];
    return [`in ${folder}/ ${importer} does not lie above ${imported}`];
  });
}

/** The longest entry that a path lies in. */
function roomOf(path: string, levels: readonly (readonly string[])[]): string | undefined {
  const entries = levels.flat();
  const found = entries.filter((entry) => path === entry || path.startsWith(`${entry}/`));
  const [longest] = found.sort((a, b) => b.length - a.length);
  return longest ?? (!path.includes('/') && entries.includes(LOOSE) ? LOOSE : undefined);
}

function levelOf(room: string | undefined, levels: readonly (readonly string[])[]): number {
  return levels.findIndex((level) => level.some((entry) => entry === room));
}

function topOf(path: string): string {
  return path.slice(0, path.indexOf('/'));
}
