import type { DatabaseRef } from "../../lib/queries/platform.ts";
import {
  isFiltered,
  TENANT_SIZES,
  type TenantListQuery,
  writeTenantList,
} from "../../lib/queries/tenant-list.ts";
import { links } from "../links.ts";
import { FilterForm } from "../ui/filter-form.tsx";
import { Link } from "../ui/link.tsx";
import { Select } from "../ui/select.tsx";
import { TENANT_STATE_ORDER } from "./tenant-state.model.ts";

export interface TenantFiltersProps {
  readonly platform: string;
  readonly databases: readonly DatabaseRef[];
  readonly query: TenantListQuery;
}

const STATES = [
  ...TENANT_STATE_ORDER.map((state) => ({ value: state, label: state })),
  { value: "gone", label: "not seen any more" },
];
const SIZES = Object.entries(TENANT_SIZES).map(([value, { title }]) => ({ value, label: title }));

export function TenantFilters({ platform, databases, query }: TenantFiltersProps) {
  const { sort } = writeTenantList(query);
  return (
    <FilterForm
      action={links.tenants(platform)}
      label="Filter tenants"
      search={{ value: query.text, placeholder: "Slug, name, domain or key" }}
      keep={{ sort: sort === undefined || sort === null ? null : String(sort) }}
      reset={
        isFiltered(query) && (
          <Link href={links.tenants(platform)} className="link">
            Show all
          </Link>
        )
      }
    >
      <Select
        key={`state ${query.state}`}
        name="state"
        aria-label="State"
        empty="Any state"
        choices={STATES}
        defaultValue={query.state ?? ""}
      />
      <Select
        key={`database ${query.database}`}
        name="database"
        aria-label="Database"
        empty="Any database"
        choices={databases.map(({ name }) => ({ value: name, label: name }))}
        defaultValue={query.database ?? ""}
      />
      <Select
        key={`size ${query.size}`}
        name="size"
        aria-label="Size"
        empty="Any size"
        choices={SIZES}
        defaultValue={query.size ?? ""}
      />
    </FilterForm>
  );
}
