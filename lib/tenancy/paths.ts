/** Ownership paths: the shortest way from each table to one that holds the tenant's key. Pure graph search. */
import type { Hop, OwnershipPath } from "./model.ts";

/** A step that a row can take towards its owner. */
export interface Edge {
  readonly hop: Hop;
  /** Nothing enforces that it leads somewhere: nullable, never validated, or no constraint at all. */
  readonly weak: boolean;
  /** Some row may have no value there. */
  readonly nullable: boolean;
}

/** A path with what is known of its strength. */
export interface RankedPath {
  readonly path: OwnershipPath;
  /** How many steps are weak, the key's own nullness included. */
  readonly weak: number;
  /** Some row may have no value along it. */
  readonly nullable: boolean;
}

/** More hops than this are no ownership that a person would recognise; the longest known path has five. */
export const MAX_HOPS = 6;

/**
 * Finds a path for every table that can have one, level by level: a table's path is one hop to a table of the
 * level before, and that table's own path from there. Hence every path's rest is the path of the table that it
 * leads to. Among equally short ones the one with the fewest weak hops wins, then the name.
 *
 * @param known paths that are given: the root, tables that hold the key, paths that a person declared
 * @param edges the steps of each table; tables without an entry stay without a path
 * @param passable whether a path may lead through this table
 */
export function searchPaths(
  known: ReadonlyMap<string, RankedPath>,
  edges: ReadonlyMap<string, readonly Edge[]>,
  passable: (table: string) => boolean = () => true,
): Map<string, RankedPath> {
  const paths = new Map(known);
  for (let length = 1; length <= MAX_HOPS; length++) {
    const found = new Map<string, RankedPath>();
    for (const [table, steps] of edges) {
      if (paths.has(table)) continue;
      for (const edge of steps) {
        const rest = paths.get(edge.hop.table);
        if (rest?.path.hops.length !== length - 1 || !passable(edge.hop.table)) continue;
        const candidate = prepend(edge, rest);
        const best = found.get(table);
        if (best === undefined || isBetter(candidate, best)) found.set(table, candidate);
      }
    }
    for (const [table, path] of found) paths.set(table, path);
  }
  return paths;
}

/** The path that takes this step first. */
export function prepend(edge: Edge, rest: RankedPath): RankedPath {
  return {
    path: { hops: [edge.hop, ...rest.path.hops], column: rest.path.column },
    weak: rest.weak + (edge.weak ? 1 : 0),
    nullable: rest.nullable || edge.nullable,
  };
}

/**
 * The other ways from a table: one for each step that is not the chosen path's first, going on by the path of
 * the table that it leads to. A step whose agreement is certain, because a composite foreign key carries the
 * tenant's key along, proves nothing and is left out.
 */
export function otherPaths(
  table: string,
  paths: ReadonlyMap<string, RankedPath>,
  edges: readonly Edge[],
): OwnershipPath[] {
  const chosen = paths.get(table)?.path;
  if (chosen === undefined) return [];
  const others = edges.flatMap(({ hop }) => {
    const rest = paths.get(hop.table)?.path;
    if (rest === undefined || rest.hops.length >= MAX_HOPS) return [];
    return [withoutNeedlessHop(hop, rest)];
  });
  const byName = new Map(others.map((path) => [pathName(path), path]));
  byName.delete(pathName(chosen));
  const first = chosen.hops[0];
  if (first !== undefined) byName.delete(pathName(withoutNeedlessHop(first, chosenRest(chosen))));
  return [...byName.values()];
}

function chosenRest(path: OwnershipPath): OwnershipPath {
  return { hops: path.hops.slice(1), column: path.column };
}

/**
 * `(organization_id, project_id) → projects (organization_id, id)`, where `projects.organization_id` is the
 * tenant's key: by constraint the row's own column holds it, so the hop need not be taken.
 */
function withoutNeedlessHop(hop: Hop, rest: OwnershipPath): OwnershipPath {
  const at = rest.hops.length === 0 && hop.foreignKey !== null ? hop.targetColumns.indexOf(rest.column) : -1;
  return at === -1
    ? { hops: [hop, ...rest.hops], column: rest.column }
    : { hops: [], column: hop.columns[at]! };
}

export function samePath(a: OwnershipPath, b: OwnershipPath): boolean {
  return pathName(a) === pathName(b);
}

/** One text for one path: what paths are ordered by where nothing else decides. */
export function pathName(path: OwnershipPath): string {
  return JSON.stringify([path.hops.map(hopName), path.column]);
}

function hopName(hop: Hop): string {
  return JSON.stringify([hop.table, hop.columns, hop.targetColumns, hop.foreignKey ?? ""]);
}

function isBetter(a: RankedPath, b: RankedPath): boolean {
  return a.weak === b.weak ? pathName(a.path) < pathName(b.path) : a.weak < b.weak;
}
