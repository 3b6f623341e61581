/** An upgrade as tests ask for it: the bundle by its path, into a folder. */
import { join } from "node:path";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { quietContext, type RunContext } from "../run-context.ts";
import type { UpgradeRequest } from "../upgrade/request.ts";
import { type UpgradeResult, upgradeBundle } from "../upgrade/upgrade-bundle.ts";

export interface Upgraded extends UpgradeResult {
  readonly path: string;
}

export async function upgradeTo(
  folder: string,
  {
    path,
    ...request
  }: { readonly path: string } & Pick<UpgradeRequest, "platform" | "migrations"> & Partial<UpgradeRequest>,
  context: RunContext = quietContext(),
): Promise<Upgraded> {
  const source = await fileSource(path);
  try {
    const store = folderStore(folder, { sideEffect: context.sideEffect });
    const whole = { source, store, compression: "gzip" as const, engineVersion: "test", ...request };
    const result = await upgradeBundle(whole, context);
    return { ...result, path: join(folder, result.name) };
  } finally {
    await source.close();
  }
}
