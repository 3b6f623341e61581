import { describe, expect, it } from "vitest";
import type { GraphEdge, GraphTable } from "../../lib/queries/model-graph.ts";
import { drawnGraph, edgeId, kindOf, ownershipTrail, tableSentence } from "./graph.model.ts";

const table = (id: string, more: Partial<GraphTable> = {}): GraphTable => ({
  id,
  name: id,
  class: "via",
  common: false,
  path: [],
  cycle: null,
  findings: 0,
  ...more,
});
const edge = (from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  from,
  to,
  columns: [`${to}_id`],
  declared: true,
  ownership: null,
  ...more,
});

const TABLES = [
  table("orgs", { class: "root" }),
  table("projects", { class: "direct" }),
  table("tasks", { path: ["projects"] }),
  table("notes", { path: ["tasks", "projects"], cycle: 1, findings: 2 }),
  table("users", { class: "global", common: true }),
  table("countries", { class: "global" }),
  table("sessions", { class: "excluded" }),
];
const EDGES = [
  edge("projects", "orgs", { ownership: "along" }),
  edge("tasks", "projects", { ownership: "along" }),
  edge("notes", "tasks", { ownership: "along" }),
  edge("notes", "users"),
  edge("orgs", "countries"),
  edge("tasks", "notes", { declared: false }),
  edge("tasks", "tasks"),
];
const ALL = { text: "", outside: true, virtual: true, all: true };
const ids = (filter: Partial<typeof ALL>) =>
  drawnGraph(TABLES, EDGES, { ...ALL, ...filter }).tables.map(({ id }) => id);

describe("what is drawn of a model", () => {
  it("is only how tables belong to each other, without the tenant itself, where all would be a tangle", () => {
    const { tables, edges, known } = drawnGraph(TABLES, EDGES, { ...ALL, all: false });
    expect(tables).toHaveLength(TABLES.length);
    expect(edges.map(({ from, to }) => `${from} ${to}`)).toEqual(["tasks projects", "notes tasks"]);
    expect(known).toHaveLength(EDGES.length - 1);
    // Of what was searched for all is drawn.
    expect(drawnGraph(TABLES, EDGES, { ...ALL, all: false, text: "projects" }).edges).toHaveLength(2);
  });

  it("is everything, or without what is no tenant's, and says how much is left out", () => {
    expect(ids({})).toHaveLength(TABLES.length);
    expect(ids({ outside: false })).toEqual(["orgs", "projects", "tasks", "notes", "users"]);
    expect(drawnGraph(TABLES, EDGES, { ...ALL, outside: false }).hidden).toBe(2);
  });

  it("has lines only between what is there, none from a table to itself, virtual ones on demand", () => {
    const { edges } = drawnGraph(TABLES, EDGES, { ...ALL, outside: false, virtual: false });
    expect(edges.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "projects orgs",
      "tasks projects",
      "notes tasks",
      "notes users",
    ]);
    expect(drawnGraph(TABLES, EDGES, ALL).edges).toHaveLength(6);
  });

  it("keeps a searched table with its neighbours and its way to the tenant", () => {
    expect(ids({ text: "NOTES" })).toEqual(["projects", "tasks", "notes", "users"]);
    expect(ids({ text: "countr", outside: false })).toEqual(["orgs", "countries"]);
    expect(ids({ text: "no such" })).toEqual([]);
  });
});

describe("a table's way to its tenant", () => {
  it("goes along its path and ends at the root", () => {
    const trail = ownershipTrail(TABLES[3]!, EDGES);
    expect([...trail.tables]).toEqual(["notes", "tasks", "projects", "orgs"]);
    expect([...trail.edges]).toEqual([EDGES[2]!, EDGES[1]!, EDGES[0]!].map(edgeId));
    expect([...ownershipTrail(TABLES[5]!, EDGES).edges]).toEqual([]);
  });

  it("goes back along a line where the row that points is the owner", () => {
    const data = table("data", { path: ["tasks", "projects"] });
    const back = edge("tasks", "data", { ownership: "back" });
    const trail = ownershipTrail(data, [...EDGES, back]);
    expect([...trail.edges]).toContain(edgeId(back));
    expect([...ownershipTrail(TABLES[2]!, [...EDGES, back]).edges]).not.toContain(edgeId(back));
  });
});

it("tells each kind apart, and a table in a sentence", () => {
  expect(TABLES.map(kindOf)).toEqual(["root", "owned", "owned", "owned", "common", "global", "excluded"]);
  expect(tableSentence(TABLES[3]!)).toBe("notes: owned; through tasks, projects; in cycle 1; 2 findings");
});
