/** Which planner made a plan: shown beside it, never hashed. */
import release from "../../../package.json" with { type: "json" };

/** This release of Tenantry. */
export const TENANTRY_VERSION: string = release.version;
