/**
 * Preloaded (`node --import`) into processes that stand on the records, for their start alone: Node parses a package's
 * `exports` anew for each of its modules (lib/internal/modules/package_json_reader.js), and drizzle-orm has hundreds of
 * both, which was more than half of what importing the console cost. What comes out is what Node would find: a module's
 * neighbour by its relative path, and for a name what it was resolved to before.
 */
import { type ResolveFnOutput, registerHooks } from "node:module";

const PACKAGE = "/node_modules/drizzle-orm/";
const NAME = /^drizzle-orm(\/|$)/;

const known = new Map<string, ResolveFnOutput>();

registerHooks({
  resolve(specifier, context, next) {
    const from = context.parentURL ?? "";
    if (from.includes(PACKAGE) && from.endsWith(".js") && /^\.{1,2}\/.*\.js$/.test(specifier)) {
      return { url: new URL(specifier, from).href, format: "module", shortCircuit: true };
    }
    // Another package may have a version of its own below its folder.
    if (!NAME.test(specifier) || from.includes("/node_modules/")) return next(specifier, context);
    const key = `${specifier} ${context.conditions.join()}`;
    const resolved = known.get(key) ?? next(specifier, context);
    known.set(key, resolved);
    return { ...resolved, shortCircuit: true };
  },
});
