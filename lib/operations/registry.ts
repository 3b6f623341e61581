/** Every operation that the console knows: one line each. */
import type { AnyOperation, Registry } from "../engine/operation.ts";
import type { ConsoleConfig } from "./config.ts";
import { createOperation } from "./create/operation.ts";
import { deleteOperation } from "./delete/operation.ts";
import { drillOperation } from "./drill/operation.ts";
import { exportOperation } from "./export/operation.ts";
import { importOperation } from "./import/operation.ts";
import { restoreOperation } from "./restore/operation.ts";
import { resumeOperation } from "./resume/operation.ts";
import { suspendOperation } from "./suspend/operation.ts";
import { upgradeOperation } from "./upgrade/operation.ts";
import type { CallTimes, CallWebhook } from "./webhooks/call.ts";

/** The engine and the pages go by it alone: a new operation is a folder and a line here. */
export function createRegistry(
  { commandsFile, drill, migrationsBase }: Pick<ConsoleConfig, "commandsFile" | "drill" | "migrationsBase">,
  { callWebhook, callTimes }: { readonly callWebhook: CallWebhook; readonly callTimes: CallTimes },
): Registry {
  const all: readonly AnyOperation[] = [
    exportOperation,
    drillOperation(drill),
    importOperation,
    upgradeOperation(drill, { migrationsBase, commandsFile }),
    createOperation(commandsFile),
    suspendOperation,
    resumeOperation,
    deleteOperation(callWebhook, callTimes),
    restoreOperation,
  ];
  const byKind = new Map(all.map((operation) => [operation.kind, operation]));
  return {
    all,
    get(kind) {
      const operation = byKind.get(kind);
      if (operation === undefined) throw new Error(`there is no operation of the kind ${kind}`);
      return operation;
    },
  };
}
