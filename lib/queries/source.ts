import type { Console } from "../operations/console.ts";

/** What a query of the read side needs of the console. */
export type Source = Pick<Console, "records">;

/** What a query needs that asks the engine too: which operations there are, what a plan would be. */
export type EngineSource = Pick<Console, "records" | "engine">;
