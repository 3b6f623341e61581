import {
  BUNDLE_ORIGINS,
  type BundleListQuery,
  isNarrowed,
  writeBundleList,
} from "../../lib/queries/bundle-list.ts";
import { BUNDLE_STATES } from "../../lib/records/schema/bundles.ts";
import { links } from "../links.ts";
import { FilterForm } from "../ui/filter-form.tsx";
import { Link } from "../ui/link.tsx";
import { Select } from "../ui/select.tsx";

export interface BundleFiltersProps {
  readonly query: BundleListQuery;
  readonly platforms: readonly string[];
}

const ORIGINS = { export: "Made here", upload: "Not made here" } as const;

export function BundleFilters({ query, platforms }: BundleFiltersProps) {
  const { sort, files } = writeBundleList(query);
  return (
    <FilterForm
      action={links.bundles()}
      label="Filter bundles"
      search={{ value: query.text, placeholder: "Slug, key or file name" }}
      keep={{ sort: kept(sort), files: kept(files) }}
      reset={
        isNarrowed(query) && (
          <Link href={links.bundles()} className="link">
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
        choices={BUNDLE_STATES.map((state) => ({ value: state, label: state }))}
        defaultValue={query.state ?? ""}
      />
      <Select
        key={`origin ${query.origin}`}
        name="origin"
        aria-label="Origin"
        empty="Any origin"
        choices={BUNDLE_ORIGINS.map((origin) => ({ value: origin, label: ORIGINS[origin] }))}
        defaultValue={query.origin ?? ""}
      />
      {platforms.length > 1 && (
        <Select
          key={`platform ${query.platform}`}
          name="platform"
          aria-label="Platform"
          empty="Any platform"
          choices={platforms.map((name) => ({ value: name, label: name }))}
          defaultValue={query.platform ?? ""}
        />
      )}
    </FilterForm>
  );
}

function kept(value: string | number | null | undefined): string | null {
  return value === undefined || value === null ? null : String(value);
}
