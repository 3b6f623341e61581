/** Where the migrations lie that a platform file names: beside the file itself. */
import { dirname, resolve } from "node:path";
import type { PlatformFile } from "../../../lib/tenancy/platform-file.ts";
import { usage } from "../../cli/failure.ts";

export function folderOf({ migrations }: Pick<PlatformFile, "migrations">, platformPath: string): string {
  const named = typeof migrations === "string" ? migrations : migrations?.folder;
  if (named === undefined)
    throw usage(
      "--platform",
      "The platform file names no folder of migrations: add `migrations: ./migrations`.",
    );
  return resolve(dirname(platformPath), named);
}
