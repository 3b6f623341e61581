/**
 * Shapes of real products, in words of our own: a subset of their tables with the keys, types, paths and oddities
 * that matter here, and two tenants' worth of rows.
 */
import type { Stranger } from "../stranger.ts";

export interface Product extends Stranger {
  /** The platform file, and no more of it than forty lines. */
  readonly yaml: string;
  /** Findings that the model has where the file says only who the tenant is: code and place. */
  readonly unanswered: {
    readonly yaml: string;
    readonly findings: readonly (readonly [code: string, where: string])[];
  };
}

/** A text that looks like a cuid, made of whatever the expression says. */
export function cuid(expression: string): string {
  return `('c' || left(md5(${expression}), 24))`;
}

/** A secret that is made anew: another value, of which nothing is known. */
export const REMADE = { source: "'new'", imported: "'new'" };
