import { AUDIT_TOPICS, type AuditQuery, isAuditNarrowed } from "../../lib/queries/audit-list.ts";
import { links } from "../links.ts";
import { FilterForm } from "../ui/filter-form.tsx";
import { Input } from "../ui/input.tsx";
import { Link } from "../ui/link.tsx";
import { Select } from "../ui/select.tsx";

export interface AuditFiltersProps {
  readonly query: AuditQuery;
  readonly platforms: readonly string[];
}

/** What the trail is narrowed to. */
export function AuditFilters({ query, platforms }: AuditFiltersProps) {
  const topics = Object.entries(AUDIT_TOPICS).map(([value, label]) => ({ value, label }));
  const exact = query.action !== null && !Object.hasOwn(AUDIT_TOPICS, query.action) ? query.action : null;
  return (
    <FilterForm
      action={links.audit()}
      label="Filter the audit trail"
      search={{ value: query.who, placeholder: "Who: name or e-mail" }}
      keep={{ operation: query.operation }}
      reset={
        isAuditNarrowed(query) && (
          <Link href={links.audit()} className="link">
            Show all
          </Link>
        )
      }
    >
      <Select
        key={`action ${query.action}`}
        name="action"
        aria-label="What"
        empty="Anything"
        choices={exact === null ? topics : [{ value: exact, label: exact }, ...topics]}
        defaultValue={query.action ?? ""}
      />
      {(platforms.length > 1 || query.platform !== null) && (
        <Select
          key={`platform ${query.platform}`}
          name="platform"
          aria-label="Platform"
          empty="Any platform"
          choices={platforms.map((name) => ({ value: name, label: name }))}
          defaultValue={query.platform ?? ""}
        />
      )}
      <Input
        key={`tenant ${query.tenant}`}
        name="tenant"
        aria-label="Tenant's key"
        placeholder="Tenant's key"
        defaultValue={query.tenant ?? ""}
        className="w-36"
      />
      <Day name="since" label="From" value={query.since} />
      <Day name="until" label="to" value={query.until} />
    </FilterForm>
  );
}

interface DayProps {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
}

function Day({ name, label, value }: DayProps) {
  return (
    <span className="flex items-center gap-1 text-ink-soft" title="Days in UTC">
      <label htmlFor={name}>{label}</label>
      <Input key={value} id={name} type="date" name={name} defaultValue={value ?? ""} className="w-auto" />
    </span>
  );
}
