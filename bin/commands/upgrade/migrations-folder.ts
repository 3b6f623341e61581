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
  const named = typeof migrations === "string" ? migrations : migrations?.folder;
  if (named !== undefined) return resolve(dirname(platformPath), named);
  throw usage(
    "--migrations",
    migrations === undefined
      ? "The platform file does not say where the migrations lie."
      : "The platform file names a command for its migrations, and no folder that says which there are.",
    "Name their folder with --migrations FOLDER.",
  );
}
