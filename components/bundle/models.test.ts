import { expect, it } from "vitest";
import { permissionsOf } from "../../lib/access/permissions.ts";
import { SAMPLE_MANIFEST } from "../../lib/bundle/testing/sample-bundle.ts";
import { earlierFingerprints, ledgerFingerprint } from "../../lib/ledger/fingerprint.ts";
import { bundleTables } from "../../lib/queries/bundle-contents.ts";
import { isNarrowed, readBundleList, writeBundleList } from "../../lib/queries/bundle-list.ts";
import { type DatabaseFit, type Fit, schemaFits } from "../../lib/queries/schema-fit.ts";
import { BUNDLE_STATES } from "../../lib/records/schema/bundles.ts";
import { bundleActions } from "./bundle-actions.model.ts";
import { bundleTitle, pageLink, sortLink } from "./bundle-list.model.ts";
import { columnSummary, specialColumns } from "./columns.model.ts";
import { fitSentence, fitWords } from "./schema-fit.model.ts";

it("writes an address as it was read, and leaves out what nobody asked for", () => {
  const search = {
    q: "acme",
    state: "ready",
    origin: "export",
    files: "unknown",
    platform: "harbor",
    sort: "-bytes",
    page: "3",
  };
  expect(writeBundleList(readBundleList(search))).toEqual({ ...search, page: 3 });
  const plain = readBundleList({ state: "gone", origin: "x", sort: "-sha256; DROP", page: "-1" });
  expect(Object.values(writeBundleList(plain)).every((value) => value === null)).toBe(true);
  expect([isNarrowed(plain), isNarrowed(readBundleList(search))]).toEqual([false, true]);
});

it("sorts by a header the largest first, then the other way round, from the first page on", () => {
  const query = readBundleList({ page: "4" });
  expect(sortLink(query, "made")).toEqual({ href: "/bundles?sort=made", direction: "down" });
  expect(sortLink(query, "bytes")).toEqual({ href: "/bundles?sort=-bytes", direction: null });
  expect(sortLink(query, "expires")).toEqual({ href: "/bundles?sort=expires", direction: null });
  expect(pageLink(query, 2)).toBe("/bundles?page=2");
});

it("calls a bundle by its tenant, and by its file where nobody knows whose it is", () => {
  const file = { name: "f.tar.gz", tenantSlug: null, tenantKey: null };
  expect(bundleTitle({ ...file, tenantSlug: "acme", tenantKey: "17" })).toBe("acme");
  expect(bundleTitle({ ...file, tenantKey: "17" })).toBe("17");
  expect(bundleTitle(file)).toBe("f.tar.gz");
});

it("holds a schema against what the last look found, and does not guess", () => {
  const base = { id: "1", name: "eu-1", healthAt: null };
  const of = (fingerprint: string | null, health: unknown, earlier: readonly string[] = []) => {
    const [{ fit, apart }] = schemaFits({ fingerprint, earlier }, [{ ...base, health }]) as [DatabaseFit];
    return apart === null ? fit : `${fit} by ${apart}`;
  };
  const ledger = { tool: "sqlx", version: "9", fingerprint: "a", applied: 2 };
  expect(of("a", { ledger })).toBe("equal");
  expect(of("b", { ledger: { ...ledger, earlier: ["c", "d"] } })).toBe("differs");
  // An earlier version kept none; of very many not all are kept.
  expect(of("b", { ledger })).toBe("unknown");
  expect(of("b", { ledger: { ...ledger, earlier: ["c"] } })).toBe("unknown");
  expect(of("b", { ledger: { ...ledger, earlier: ["c", "d"] } }, Array(200).fill("e"))).toBe("unknown");
  for (const health of [null, {}, { ledger: null }, { ledger: { fingerprint: 1 } }, "x"]) {
    expect(of("a", health)).toBe("unknown");
  }
  expect(of(null, { ledger })).toBe("unknown");
});

it("tells which of both is behind by what each had run before, and that neither is where they parted", () => {
  const applied = ["1", "2", "3", "4"].map((version) => ({ version, checksum: "" }));
  const at = (some: typeof applied) => ({
    fingerprint: ledgerFingerprint(some),
    earlier: earlierFingerprints(some),
  });
  const [two, four] = [at(applied.slice(0, 2)), at(applied)];
  const edited = at([applied[0]!, { version: "2", checksum: "x" }, ...applied.slice(2)]);
  const said = (bundle: typeof two, database: typeof two) => {
    const health = { ledger: { tool: "sqlx", version: "9", applied: database.earlier.length, ...database } };
    const [found] = schemaFits(bundle, [{ id: "1", name: "eu-1", healthAt: null, health }]);
    return fitSentence("eu-1", found!.fit, found!.apart).replaceAll("\u00a0", " ");
  };
  expect(said(two, four)).toBe("needs an upgrade for eu-1, which is 2 migrations ahead");
  expect(said(four, two)).toBe("eu-1 is 2 migrations behind this bundle: run them there first");
  expect(said(four, edited)).toBe("other migrations: each has some that the other has not");
  expect(said(edited, two)).toBe("other migrations: each has some that the other has not");
  expect(said(four, four)).toBe("imports as it is");
});

it("says where a bundle fits, database by database", () => {
  const against = (name: string, fit: Fit) => {
    return { id: name, name, fit, apart: null, version: null, lookedAt: null };
  };
  expect(fitWords([])).toEqual([]);
  expect(
    fitWords([
      against("a", "equal"),
      against("b", "differs"),
      against("c", "equal"),
      against("d", "equal"),
      against("e", "unknown"),
      against("f", "older"),
      against("g", "newer"),
      against("h", "newer"),
    ]),
  ).toEqual([
    { tone: "ok", text: "as it is into a, c and d" },
    { tone: "warn", text: "needs an upgrade for f" },
    { tone: "warn", text: "g and h are behind this bundle" },
    { tone: "warn", text: "other migrations than b" },
    { tone: "idle", text: "not known for e" },
  ]);
});

it("tells columns by their class, and what was left out of the file", () => {
  const [table] = bundleTables(SAMPLE_MANIFEST, null);
  // The space between a number and its noun does not break.
  expect(columnSummary(table!).replace(/[\u00a0\u202f]/g, " ")).toBe("2 columns, 1 secret left out");
  expect(specialColumns(table!)).toEqual([{ title: "secrets left out", names: ["token"] }]);
  const column = { name: "data", type: "jsonb", class: "personal" as const, droppedPaths: ["$.key"] };
  expect(specialColumns({ columns: [column], dropped: [{ name: "sum", reason: "computed" }] })).toEqual([
    { title: "personal", names: ["data"] },
    { title: "parts left out", names: ["data $.key"] },
    { title: "computed, left out", names: ["sum"] },
  ]);
});

it("offers only what is ready, to who may, and says why otherwise", () => {
  const [viewer, support, operator] = (["viewer", "support", "operator"] as const).map((role) =>
    permissionsOf([role]),
  );
  expect(bundleActions("ready", operator!)).toEqual({
    download: null,
    import: null,
    drill: null,
    upgrade: null,
    compare: null,
    verify: null,
  });
  expect(bundleActions("missing", operator!).verify).toBeNull();
  expect(bundleActions("expired", operator!).verify).toMatch(/removed/);
  expect(bundleActions("ready", support!)).toMatchObject({
    download: null,
    import: expect.stringContaining("operator"),
  });
  expect(bundleActions("ready", viewer!).download).toContain("support");
  for (const state of BUNDLE_STATES.filter((state) => state !== "ready")) {
    expect(bundleActions(state, operator!).download, state).toMatch(/\.$/);
  }
});
