/** An engine that knows the synthetic operation only; in a test's process or in one that a test starts. */
import type { Records } from "../../records/client.ts";
import { createEngine, type Engine, type EngineParts } from "../engine.ts";
import { openDriveQueue } from "../queue.ts";
import { syntheticRegistry } from "./synthetic.ts";

/** Quick enough for tests, and longer than a step between two breaths. */
const TIMES = { lease: 5, heartbeat: 0.1, progress: 0.02, backoff: 0.01, planning: 20, grace: 0.2 };

const PASSWORD_WRONG = {
  code: "password-wrong",
  severity: "blocks",
  where: "password",
  what: "No.",
} as const;

/** An engine on these two databases, in whatever process. */
export function syntheticEngine(
  records: Records,
  platformUrl: string,
  parts: Partial<EngineParts> = {},
): Engine {
  return createEngine({
    records,
    registry: syntheticRegistry,
    queue: openDriveQueue(records),
    connectionStrings: () => ({ planner: platformUrl, runner: platformUrl }),
    store: () => {
      throw new Error("no store here");
    },
    signer: async () => null,
    confirmPerson: async (_person, { password }) => (password === "right" ? [] : [PASSWORD_WRONG]),
    ...parts,
    times: { ...TIMES, ...parts.times },
  });
}
