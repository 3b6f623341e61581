/** A server for as long as some work takes. */
import type { RunContext } from "../run-context.ts";
import type { DrillServer } from "./drill-server.ts";

/** Whatever fails, be it right behind the server's start or right before its end: it is closed when this has settled. */
export async function onDrillServer<Result>(
  open: () => Promise<DrillServer>,
  work: (server: DrillServer) => Promise<Result>,
  { sideEffect }: Pick<RunContext, "sideEffect">,
): Promise<Result> {
  let opened: DrillServer | null = null;
  try {
    const server = await sideEffect("start throwaway server", async () => {
      opened = await open();
      return opened;
    });
    return await work(server);
  } finally {
    if (opened !== null) await close(opened, sideEffect);
  }
}

async function close(server: DrillServer, sideEffect: RunContext["sideEffect"]): Promise<void> {
  let begun = false;
  try {
    await sideEffect("stop throwaway server", () => {
      begun = true;
      return server.close();
    });
  } finally {
    if (!begun) await server.close();
  }
}
