/** Where migrations are measured: a server of its own, or a database of its own on one that somebody names. */
import type { ServerBinaries } from "../../postgres/server/binaries.ts";
import { startThrowawayServer } from "../../postgres/server/throwaway.ts";
import { namedDrillServer } from "../../rows/drill/drill-server.ts";
import type { PlatformServers } from "../../rows/drill/drill-server-objections.ts";

export interface MeasuringPlace {
  /** A superuser's URL. */
  readonly server: string;
  /** Of the database that is migrated, where it is there already. */
  readonly confined?: string;
  /** What is left of it is nothing. */
  close(): Promise<void>;
}

/** The measured session, the one that watches, the one that holds tables, and who makes databases. */
const CONNECTIONS = 10;

/**
 * @param named a superuser's URL of a server that holds nothing; null for one of its own
 * @param platform none of whose servers it may be
 * @param programs of the one of its own
 * @throws Refusal where the named one is a platform's, is too old, is no superuser's, or is not empty
 */
export async function measuringPlace(
  named: string | null,
  platform: PlatformServers,
  programs?: ServerBinaries,
  signal?: AbortSignal,
): Promise<MeasuringPlace> {
  if (named === null) {
    const server = await startThrowawayServer(CONNECTIONS, programs);
    return { server: server.url, close: () => server.stop() };
  }
  const { url, close } = await namedDrillServer(named, platform, signal);
  return { server: named, confined: url, close };
}
