import type { Policy } from "../../lib/engine/policy-schema.ts";
import type { PolicyKind } from "../../lib/queries/policies.ts";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

export interface KindRulesProps {
  readonly kinds: readonly PolicyKind[];
  /** What is set or typed, as text; empty for nothing. */
  readonly reviews: (kind: string) => string;
  /** The same in minutes; null where it is not to be set. */
  readonly budget: ((kind: string) => string) | null;
  /** The console's policy, for a platform's own. */
  readonly everywhere: Policy | null;
}

/** Of each kind of operation: how many review it, and how long a run may take. */
export function KindRules({ kinds, reviews, budget, everywhere }: KindRulesProps) {
  return (
    <Table label="Rules by kind of operation">
      <TableHead>
        <Th>Operation</Th>
        <Th>Reviews</Th>
        {budget !== null && <Th>A run may take</Th>}
        <Th className="hidden sm:table-cell">Why that is the default</Th>
      </TableHead>
      <TableBody>
        {kinds.map((each) => {
          const { kind, title, why, budgetSeconds } = each;
          return (
            <TableRow key={kind}>
              <Td className="font-medium">{title}</Td>
              <Td>
                <Select
                  name={`reviews.${kind}`}
                  aria-label={`Reviews of ${title}`}
                  defaultValue={reviews(kind)}
                  choices={choices(each)}
                  empty={
                    everywhere === null
                      ? `default (${inWords(each.standard)})`
                      : `as everywhere (${inWords(everywhere.reviews[kind] ?? each.standard)})`
                  }
                  className="w-32 sm:w-52"
                />
              </Td>
              {budget !== null && (
                <Td>
                  <span className="flex items-center gap-2 whitespace-nowrap">
                    <Input
                      name={`budget.${kind}`}
                      aria-label={`Minutes that a run of ${title} may take`}
                      defaultValue={budget(kind)}
                      placeholder={String(Math.round(budgetSeconds / 60))}
                      inputMode="decimal"
                      autoComplete="off"
                      className="w-14 sm:w-20"
                    />
                    min
                  </span>
                </Td>
              )}
              <Td className="hidden text-ink-soft sm:table-cell">{why}</Td>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

function choices({ range: [least, most] }: PolicyKind) {
  return Array.from({ length: most - least + 1 }, (_, n) => {
    const needed = least + n;
    return { value: String(needed), label: inWords(needed) };
  });
}

function inWords(reviews: number): string {
  return reviews === 0 ? "none" : reviews === 1 ? "1 reviewer" : `${reviews} reviewers`;
}
