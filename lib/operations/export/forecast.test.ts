import { expect, test } from "vitest";
import { forecast, type PastExport } from "./forecast.ts";

const past = (tenantKey: string, rows: number, bytes: number, seconds: number): PastExport => ({
  tenantKey,
  rows,
  bytes,
  seconds,
});
const STATISTICS = { rows: 100_000, bytes: 40_000_000 };

test("without history the statistics tell, with some room", () => {
  expect(forecast(STATISTICS, [], "a")).toEqual({
    rows: 100_000,
    bytes: 10_000_000,
    seconds: 4,
    by: "statistics",
  });
});

test("other tenants of the database tell how large a row is in a file", () => {
  const made = forecast(STATISTICS, [past("b", 10, 1_000, 1), past("c", 90, 9_000, 1)], "a");
  expect(made).toMatchObject({ bytes: 10_000_000, by: "database" });
});

test("the tenant's own last bundle tells it better", () => {
  const history = [past("b", 10, 100_000, 1), past("a", 50_000, 1_000_000, 3), past("a", 10, 9_999, 3)];
  expect(forecast(STATISTICS, history, "a")).toMatchObject({ bytes: 2_000_000, by: "tenant" });
});

test("time is what every export takes and what rows take, as far as large ones tell", () => {
  const small = [past("b", 100, 5_000, 3), past("c", 200, 5_000, 4)];
  // Three seconds, and the usual rate: not a hundred rows in three seconds.
  expect(forecast(STATISTICS, small, "a").seconds).toBe(5);
  const large = [...small, past("d", 40_000, 5_000, 13)];
  expect(forecast(STATISTICS, large, "a").seconds).toBe(28);
});

test("an empty tenant is a file too, and empty ones say nothing of others", () => {
  expect(forecast({ rows: 0, bytes: 0 }, [past("a", 0, 4_000, 1)], "a")).toEqual({
    rows: 0,
    bytes: 4096,
    seconds: 1,
    by: "statistics",
  });
});
