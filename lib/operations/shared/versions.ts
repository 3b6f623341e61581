/** Which planner made a plan: shown beside it, never hashed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = join(import.meta.dirname, "../../../package.json");

/** This release of Tenantry. */
export const TENANTRY_VERSION: string = (JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string })
  .version;
