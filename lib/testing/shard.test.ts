import { afterEach, expect, it, vi } from "vitest";
import { randomCases, shard } from "./shard.ts";

afterEach(() => vi.unstubAllEnvs());

const CASES = [0, 1, 2, 3, 4, 5, 6];

it("gives every case to one share, whatever the first seed was", () => {
  vi.stubEnv("TENANTRY_SOAK_RUNS", undefined);
  const shares = [5, 6, 7].map((seed) => {
    vi.stubEnv("TENANTRY_SEED", String(seed));
    return shard(CASES, 3);
  });
  expect(shares.flat().sort()).toEqual(CASES);
  expect(shares.map((share) => share.length).sort()).toEqual([2, 2, 3]);
});

it("leaves nothing out in a soak run", () => {
  vi.stubEnv("TENANTRY_SOAK_RUNS", "300");
  expect(shard(CASES, 3)).toEqual(CASES);
});

it("never makes a suite that looks at nothing", () => {
  vi.stubEnv("TENANTRY_SOAK_RUNS", undefined);
  for (const seed of ["0", "1", "2"]) {
    vi.stubEnv("TENANTRY_SEED", seed);
    expect(shard([0, 1], 3)).toHaveLength(1);
  }
  expect(() => shard([], 3)).toThrow("has no share");
});

it("gives random cases the run's seed, and a soak run's its own, and never fewer", () => {
  vi.stubEnv("TENANTRY_SOAK_RUNS", undefined);
  vi.stubEnv("TENANTRY_SEED", "12");
  expect(randomCases(6, 0.5)).toEqual({ runs: 6, seed: 12 });
  vi.stubEnv("TENANTRY_SOAK_RUNS", "300");
  vi.stubEnv("TENANTRY_SOAK_SEED", "7");
  expect(randomCases(6, 0.5)).toEqual({ runs: 150, seed: 7 });
  expect(randomCases(200, 0.5)).toEqual({ runs: 200, seed: 7 });
});
