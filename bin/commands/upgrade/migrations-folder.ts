/** Where a platform's migrations lie on this machine. */
import { dirname, resolve } from "node:path";
import type { PlatformFile } from "../../../lib/tenancy/platform-file.ts";
import { usage } from "../../cli/failure.ts";

/** What the platform file says is meant from where it lies itself. */
export function migrationsFolder(
  given: string | undefined,
  platform: PlatformFile,
  platformPath: string,
): string {
  if (given !== undefined) return resolve(given);
  const { migrations } = platform;
  if (typeof migrations === "string") return resolve(dirname(platformPath), migrations);
  throw usage(
    "--migrations",
    migrations === undefined
      ? "The platform file does not say where the migrations lie."
      : "The platform file names a command for its migrations, and an upgrade replays files.",
    "Name their folder with --migrations FOLDER.",
  );
}
