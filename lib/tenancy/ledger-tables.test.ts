import { expect, test } from "vitest";
import { isLedgerTable } from "./ledger-tables.ts";

const columns = (...names: string[]) => names.map((name) => ({ name }));

test("a tool's ledger is known by its name, TypeORM's by its columns too", () => {
  expect(isLedgerTable("_prisma_migrations")).toBe(true);
  expect(isLedgerTable("orders")).toBe(false);
  expect(isLedgerTable("migrations", columns("id", "timestamp", "name"))).toBe(true);
  expect(isLedgerTable("migrations", columns("id", "bird", "name"))).toBe(false);
  expect(isLedgerTable("migrations", columns("id", "timestamp", "name", "flock"))).toBe(false);
  expect(isLedgerTable("migrations")).toBe(false);
});
