/** A migration's text as its tool sends it: message by message, each cut into its statements. Pure. */
import { ledgerAdapter } from "../../../../../../lib/ledger/adapters.ts";
import { type Statement, splitStatements } from "../../../../../../lib/ledger/split-statements.ts";
import type { MigrationRow } from "../../../../../../lib/queries/migrations.ts";

type File = Pick<MigrationRow, "version" | "name" | "path" | "transactional">;

/** Lines count through the whole file; a message without a statement is left out. */
export function messagesOf(tool: string | null, file: File, sql: string): Statement[][] {
  const adapter = tool === null ? null : ledgerAdapter(tool);
  const texts = adapter?.statements({ ...file, checksum: "", sql }) ?? [sql];
  let from = 0;
  return texts
    .map((text) => {
      const at = Math.max(sql.indexOf(text, from), from);
      from = at + text.length;
      const before = sql.slice(0, at).split("\n").length - 1;
      return splitStatements(text).map((statement) => ({ ...statement, line: statement.line + before }));
    })
    .filter((statements) => statements.length > 0);
}
