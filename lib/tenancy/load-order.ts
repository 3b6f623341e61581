/** In which order tables are loaded: parents before children; what points at each other stands together. */
import type { Reference } from "./model.ts";

/** Which tables a table needs to be there before it. */
export type Needs = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Tarjan's strongly connected components, then the components in topological order. Stable: among tables that
 * could come next the one comes first whose soft references are all loaded, then the lesser name.
 *
 * @param tables the tables to order, by qualified name
 * @param references all of the model; foreign keys bind, virtual references only prefer
 * @returns `order` with every table once, and the components of more than one table as `cycles`. Within a cycle
 *   the foreign keys that are never NULL come parents first, as far as that is possible.
 */
export function loadOrder(
  tables: readonly string[],
  references: readonly Reference[],
): { readonly order: readonly string[]; readonly cycles: readonly (readonly string[])[] } {
  const sorted = tables.toSorted();
  const hard = needs(sorted, references, (reference) => reference.kind === "foreign key");
  const soft = needs(sorted, references, (reference) => reference.kind !== "foreign key");
  const firm = needs(sorted, references, ({ kind, nullable }) => kind === "foreign key" && !nullable);
  const components = connectedComponents(sorted, hard);
  const componentOf = new Map(
    components.flatMap((members) => members.map((table) => [table, members[0]!] as const)),
  );
  const lift = (of: Needs): Needs =>
    new Map(
      components.map((members) => {
        const name = members[0]!;
        const all = members.flatMap((table) => [...of.get(table)!].map((need) => componentOf.get(need)!));
        return [name, new Set(all.filter((need) => need !== name))];
      }),
    );
  const byName = new Map(components.map((members) => [members[0]!, members]));
  const order = topological([...byName.keys()], lift(hard), lift(soft)).flatMap((name) => {
    const members = byName.get(name)!;
    return members.length === 1 ? members : topological(members, firm, soft);
  });
  return { order, cycles: components.filter((members) => members.length > 1) };
}

/** What each table needs, by name: Tarjan's order, and so that of the cycles, follows from it. */
function needs(
  tables: readonly string[],
  references: readonly Reference[],
  binds: (reference: Reference) => boolean,
): Needs {
  const found = new Map(tables.map((table) => [table, new Set<string>()]));
  for (const reference of references) {
    const { from, to } = reference;
    if (from.table === to.table || !found.has(to.table) || !binds(reference)) continue;
    found.get(from.table)?.add(to.table);
  }
  return new Map([...found].map(([table, needed]) => [table, new Set([...needed].toSorted())]));
}

/**
 * Kahn's algorithm over the nodes given; needs outside of them are ignored. Where only a circle is left the
 * least name goes first.
 */
function topological(nodes: readonly string[], hard: Needs, soft: Needs): string[] {
  const waiting = new Set(nodes.toSorted());
  const order: string[] = [];
  const open = (node: string, of: Needs) =>
    [...(of.get(node) ?? [])].some((need) => need !== node && waiting.has(need));
  while (waiting.size > 0) {
    const all = [...waiting];
    const ready = all.filter((node) => !open(node, hard));
    const next = ready.find((node) => !open(node, soft)) ?? ready[0] ?? all[0]!;
    order.push(next);
    waiting.delete(next);
  }
  return order;
}

/** Tarjan 1972. Members sorted by name; recursion is as deep as the longest path of foreign keys. */
export function connectedComponents(tables: readonly string[], needs: Needs): string[][] {
  const number = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const components: string[][] = [];

  function visit(table: string): void {
    number.set(table, number.size);
    low.set(table, number.get(table)!);
    stack.push(table);
    onStack.add(table);
    for (const need of needs.get(table) ?? []) {
      if (!number.has(need)) {
        visit(need);
        low.set(table, Math.min(low.get(table)!, low.get(need)!));
      } else if (onStack.has(need)) {
        low.set(table, Math.min(low.get(table)!, number.get(need)!));
      }
    }
    if (low.get(table) !== number.get(table)) return;
    const members: string[] = [];
    for (let member = ""; member !== table; ) {
      member = stack.pop()!;
      onStack.delete(member);
      members.push(member);
    }
    components.push(members.toSorted());
  }

  for (const table of tables) if (!number.has(table)) visit(table);
  return components;
}
