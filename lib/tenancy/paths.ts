/** Ownership paths: the shortest way from each table to one that holds the tenant's key. Pure graph search. */
import type { Hop, OwnershipPath } from "./model.ts";

/** A step that a row can take towards its owner. */
export interface Edge {
  readonly hop: Hop;
  /** Nothing enforces that it leads somewhere: nullable, never validated, or no constraint at all. */
  readonly weak: boolean;
  /** Said by a line under `references`: it points at a row, which need not be the owner. */
  readonly soft: boolean;
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
 * Finds a path for tables that have none yet, the shortest first: a table's path is one hop to a table that has
 * one, and that table's own path from there. Hence every path's rest is the path of the table that it leads to.
 * Among equally short ones the one with the fewest weak steps wins, then the name.
 *
 * @param known the root, tables that hold the key, paths that a person declared or that were found before
 * @param edges the steps of each table
 * @param mayTake which steps a path may take, going on by which path
 */
export function searchPaths(
  known: ReadonlyMap<string, RankedPath>,
  edges: ReadonlyMap<string, readonly Edge[]>,
  mayTake: (edge: Edge, rest: RankedPath) => boolean = () => true,
): Map<string, RankedPath> {
  const paths = new Map(known);
  for (;;) {
    const found = new Map<string, RankedPath>();
    for (const [table, steps] of edges) {
      if (paths.has(table)) continue;
      for (const edge of steps) {
        const rest = paths.get(edge.hop.table);
        if (rest === undefined || !mayTake(edge, rest)) continue;
        const candidate = prepend(edge, rest);
        const best = found.get(table);
        if (candidate.path.hops.length > MAX_HOPS) continue;
        if (best === undefined || isBetter(candidate, best)) found.set(table, candidate);
      }
    }
    if (found.size === 0) return paths;
    // A longer one might yet be beaten by way of a table that is found in this round.
    const shortest = Math.min(...[...found.values()].map(({ path }) => path.hops.length));
    for (const [table, path] of found) if (path.path.hops.length === shortest) paths.set(table, path);
  }
}

/** The path that takes this step first, or does without it where the row's own columns say as much. */
export function prepend(edge: Edge, rest: RankedPath): RankedPath {
  const path = { hops: [edge.hop, ...rest.path.hops], column: rest.path.column };
  return {
    path: edge.weak ? path : shorten(path),
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
    if (rest === undefined || rest.hops.length >= MAX_HOPS || isWayBack(table, hop, rest.hops[0])) return [];
    return [shorten({ hops: [hop, ...rest.hops], column: rest.column })];
  });
  const byName = new Map(others.map((path) => [pathName(path), path]));
  byName.delete(pathName(chosen));
  byName.delete(pathName(shorten(chosen)));
  return [...byName.values()];
}

/** To a row that is owned through this one, and back: it leads to where it came from. */
function isWayBack(table: string, hop: Hop, back: Hop | undefined): boolean {
  const returned = back && {
    ...back,
    columns: back.targetColumns,
    targetColumns: back.columns,
    table: hop.table,
  };
  return back?.table === table && returned !== undefined && hopName(returned) === hopName(hop);
}

/**
 * Takes hops away that need not be taken. `(organization_id, project_id) → projects (organization_id, id)`: by
 * constraint the row's own column holds what the path goes on with, be it the tenant's key or the next hop's.
 */
function shorten(path: OwnershipPath): OwnershipPath {
  const [hop, next, ...rest] = path.hops;
  if (hop === undefined || hop.foreignKey === null) return path;
  const needed = next?.columns ?? [path.column];
  const own = needed.map((name) => hop.columns[hop.targetColumns.indexOf(name)]);
  if (own.includes(undefined)) return path;
  const columns = own as string[];
  return next === undefined
    ? { hops: [], column: columns[0]! }
    : shorten({ hops: [{ ...next, columns, foreignKey: null }, ...rest], column: path.column });
}

export function samePath(a: OwnershipPath, b: OwnershipPath): boolean {
  return pathName(a) === pathName(b);
}

/** One text for one path: what paths are ordered by where nothing else decides. */
export function pathName(path: OwnershipPath): string {
  return JSON.stringify([path.hops.map(hopName), path.column]);
}

function hopName(hop: Hop): string {
  return JSON.stringify([hop.table, hop.columns, hop.targetColumns]);
}

function isBetter(a: RankedPath, b: RankedPath): boolean {
  const [longA, longB] = [a.path.hops.length, b.path.hops.length];
  if (longA !== longB) return longA < longB;
  return a.weak === b.weak ? pathName(a.path) < pathName(b.path) : a.weak < b.weak;
}
