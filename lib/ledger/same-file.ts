/** Whether a file is the one that was applied. Pure. */
import type { LedgerReader, MigrationFile } from "./ledger.ts";

/** True too where the tool has kept no checksum: nothing speaks against it. */
export function isSameFile(
  reader: Pick<LedgerReader, "isSameFile">,
  checksum: string,
  file: MigrationFile,
): boolean {
  if (checksum === "") return true;
  return reader.isSameFile?.(checksum, file) ?? checksum === file.checksum;
}
