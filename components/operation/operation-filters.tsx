import {
  isNarrowed,
  type OperationListQuery,
  SINCE,
  STATE_GROUPS,
} from "../../lib/queries/operation-list.ts";
import { links } from "../links.ts";
import { FilterForm } from "../ui/filter-form.tsx";
import { Link } from "../ui/link.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { type Choice, Select } from "../ui/select.tsx";
import { OPERATION_STATE_ORDER, operationStateLook } from "./operation-state.model.ts";

export interface OperationFiltersProps {
  readonly query: OperationListQuery;
  readonly kinds: readonly Choice[];
  readonly platforms: readonly string[];
}

const STATES: readonly Choice[] = [
  ...Object.entries(STATE_GROUPS).map(([value, { title }]) => ({ value, label: title })),
  ...OPERATION_STATE_ORDER.map((state) => ({ value: state, label: operationStateLook(state).word })),
];
const SPANS: readonly Choice[] = Object.entries(SINCE).map(([value, days]) => ({
  value,
  label: `Last ${formatNoun(days, "day", "days")}`,
}));

/** What the list of operations is narrowed to; a tenant's list keeps its tenant and says so. */
export function OperationFilters({ query, kinds, platforms }: OperationFiltersProps) {
  return (
    <div className="flex flex-col gap-2 border-b p-2">
      <FilterForm
        action={links.operations()}
        label="Filter operations"
        keep={{ tenant: query.tenant, database: query.database }}
        reset={
          isNarrowed(query) && (
            <Link href={links.operations()} className="link">
              Show all
            </Link>
          )
        }
      >
        <Choose name="state" label="State" empty="Any state" value={query.state} choices={STATES} />
        <Choose name="kind" label="Kind" empty="Any kind" value={query.kind} choices={kinds} />
        {platforms.length > 1 && (
          <Choose
            name="platform"
            label="Platform"
            empty="Any platform"
            value={query.platform}
            choices={platforms.map((name) => ({ value: name, label: name }))}
          />
        )}
        <Choose
          name="mine"
          label="Asked by"
          empty="Asked by anybody"
          value={query.mine ? "true" : null}
          choices={[{ value: "true", label: "Asked by me" }]}
        />
        <Choose name="since" label="Since" empty="Any time" value={query.since} choices={SPANS} />
      </FilterForm>
      {query.tenant !== null && (
        <p>
          Only of the tenant <code>{query.tenant}</code>
          {query.database !== null && ` in ${query.database}`}.
        </p>
      )}
    </div>
  );
}

interface ChooseProps {
  readonly name: string;
  readonly label: string;
  readonly empty: string;
  readonly value: string | null;
  readonly choices: readonly Choice[];
}

function Choose({ name, label, empty, value, choices }: ChooseProps) {
  return (
    <Select
      key={`${name} ${value}`}
      name={name}
      aria-label={label}
      empty={empty}
      choices={choices}
      defaultValue={value ?? ""}
    />
  );
}
