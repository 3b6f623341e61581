/**
 * The floors of the house: a room imports only rooms on lower floors, nothing runs in a circle, and the library
 * knows nothing of those who use it. Checked by bin/checks/floors.ts; a test plants violations and sees it fail.
 */

/** From the ground up; rooms on one floor do not know each other. */
const FLOORS = [
  ["findings", "canonical"],
  ["postgres"],
  ["catalog", "records"],
  ["tenancy", "ledger", "bundle", "access"],
  ["rows", "engine"],
  ["migrations"],
  ["operations"],
  ["queries"],
];

/** Test files, and the rooms' own folders of test support. */
const TESTS = "\\.test\\.tsx?$|/testing/";

const rooms = (names) => `^lib/(${names.join("|")})/`;

const upward = FLOORS.map((floor, height) =>
  floor.map((room) => ({
    name: `floor-of-${room}`,
    comment: `lib/${room} imports only rooms below it: ${FLOORS.slice(0, height).flat().join(", ") || "none"}.`,
    severity: "error",
    from: { path: rooms([room]) },
    to: {
      path: "^lib/",
      pathNot: [rooms([room, ...FLOORS.slice(0, height).flat()]), "^lib/testing/"],
    },
  })),
).flat();

module.exports = {
  forbidden: [
    ...upward,
    {
      name: "no-circles",
      comment: "No two files depend on each other, by whatever way.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "known-rooms",
      comment: "A new room of the library gets its floor in .dependency-cruiser.cjs.",
      severity: "error",
      from: {},
      to: { path: "^lib/[^/]+/", pathNot: [rooms(FLOORS.flat()), "^lib/testing/"] },
    },
    {
      name: "library-below-all",
      comment: "lib is used by pages, worker, commands and examples, and uses none of them.",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "^(bin|app|components|worker|bench|e2e)/" },
    },
    {
      name: "library-knows-no-example",
      comment: "Its tests may try themselves on an example; the library itself is for strangers' schemas.",
      severity: "error",
      from: { path: "^lib/", pathNot: TESTS },
      to: { path: "^examples/" },
    },
    {
      name: "examples-on-library",
      comment: "An example stands on the library alone.",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^(bin|app|components|worker|bench|e2e)/" },
    },
    {
      name: "tests-stay-tests",
      comment: "Only tests, benchmarks and bin/test.ts use what is made for tests.",
      severity: "error",
      from: { path: "^(lib|bin|app|components|worker|examples)/", pathNot: [TESTS, "^bin/test\\.ts$"] },
      to: { path: TESTS },
    },
    {
      name: "resolvable",
      comment: "An import that leads nowhere hides a floor.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API for dependency-cruiser to parse with; without swc it cruises no module.
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(var|\\.next)/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
