/**
 * A request's route as a label: one of the few that the build knows, never the path with the ids in it. Pure, but
 * for the reading of what Next wrote down at the build.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const route = z.object({ page: z.string(), regex: z.string() });
const Manifest = z.object({ staticRoutes: z.array(route), dynamicRoutes: z.array(route) });

export type RouteOf = (url: string) => string;

/** @param routes the more particular ones first, as Next sorts them */
export function routeMatcher(routes: readonly { readonly page: string; readonly regex: string }[]): RouteOf {
  const patterns = routes.map(({ page, regex }) => ({ page, pattern: new RegExp(regex) }));
  return (url) => {
    const path = url.split("?", 1)[0] || "/";
    if (path.startsWith("/_next/")) return "/_next";
    return patterns.find(({ pattern }) => pattern.test(path))?.page ?? "other";
  };
}

/** The routes of a build; a development server has written none down, and all of its routes are `other`. */
export function readRoutes(buildFolder: string): RouteOf {
  try {
    const text = readFileSync(join(buildFolder, "routes-manifest.json"), "utf8");
    const { staticRoutes, dynamicRoutes } = Manifest.parse(JSON.parse(text));
    return routeMatcher([...staticRoutes, ...dynamicRoutes]);
  } catch {
    return routeMatcher([]);
  }
}
