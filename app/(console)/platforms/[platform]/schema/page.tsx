import type { Metadata } from "next";
import { links } from "../../../../../components/links.ts";
import { Measuring } from "../../../../../components/migrations/measuring.tsx";
import { SchemaDifferences } from "../../../../../components/migrations/schema-diff.tsx";
import { EmptyState } from "../../../../../components/ui/empty-state.tsx";
import { FilterForm } from "../../../../../components/ui/filter-form.tsx";
import { PageHeader } from "../../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../components/ui/quantities.ts";
import { Select } from "../../../../../components/ui/select.tsx";
import { readSchemaVersions, type SchemaVersionsView } from "../../../../../lib/queries/schema-versions.ts";
import type { SearchParams } from "../../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../../load-view.ts";

interface SchemaPageProps {
  readonly params: Promise<{ readonly platform: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: SchemaPageProps): Promise<Metadata> {
  return { title: `Schema of ${decodeURIComponent((await params).platform)}` };
}

/** In the address, for a database before its first migration: an empty value is left out of it. */
const NOTHING = "nothing";

/** The schema between any two versions: what the migrations have made of it. */
export default async function SchemaPage({ params, searchParams }: SchemaPageProps) {
  const [{ platform }, search] = await Promise.all([params, searchParams]);
  const name = decodeURIComponent(platform);
  const chosen = (key: string) => {
    const value = search[key];
    return typeof value !== "string" || value === "" ? null : value === NOTHING ? "" : value;
  };
  const { view } = await loadView((console, actor) =>
    readSchemaVersions(console, actor, name, { from: chosen("from"), to: chosen("to") }),
  );
  return (
    <>
      <PageHeader
        title="Schema between two versions"
        trail={[
          { href: links.platforms(), title: "Platforms" },
          { href: links.platform(name), title: name },
          { href: links.migrations(name), title: "Migrations" },
        ]}
      >
        {view.versions.length === 0
          ? "No worker has run the migrations yet."
          : `${formatNoun(view.versions.length - 1, "migration", "migrations")} run on a throwaway server`}
      </PageHeader>
      <div className="flex flex-col gap-3">
        <Measuring
          platformId={view.platform.id}
          replay={view.replay}
          mayMeasure={view.mayMeasure}
          again={view.versions.length > 0}
        />
        {view.versions.length > 0 && <Choice view={view} />}
        <Difference view={view} />
      </div>
    </>
  );
}

function Choice({ view: { platform, versions, from, to } }: { readonly view: SchemaVersionsView }) {
  const choices = versions.map((version) => ({
    value: version === "" ? NOTHING : version,
    label: version === "" ? "an empty database" : version,
  }));
  const choiceOf = (version: string | null) => (version === "" ? NOTHING : (version ?? undefined));
  return (
    <FilterForm action={links.schema(platform.name)} label="Which two versions">
      <Select name="from" aria-label="From version" choices={choices} defaultValue={choiceOf(from)} />
      <Select name="to" aria-label="To version" choices={choices} defaultValue={choiceOf(to)} />
    </FilterForm>
  );
}

function Difference({
  view: { versions, diff, objects, from, to, mayMeasure },
}: {
  readonly view: SchemaVersionsView;
}) {
  if (versions.length === 0)
    return (
      <Panel title="Difference" flush>
        <EmptyState title="Not known yet">
          The schema of a version is known once a worker has run the migrations on a throwaway server.{" "}
          {mayMeasure ? "Have them measured." : "An operator can have them measured."}
        </EmptyState>
      </Panel>
    );
  if (diff === null)
    return (
      <Panel title="Difference" flush>
        <EmptyState title="No such version">Choose two of the versions above.</EmptyState>
      </Panel>
    );
  const nameOf = (version: string | null) => (version === "" ? "an empty database" : version);
  return (
    <Panel
      title={`From ${nameOf(from)} to ${nameOf(to)}`}
      aside={`${formatNoun(diff.same, "table is", "tables are")} the same`}
      flush
    >
      <SchemaDifferences diff={diff} objects={objects} />
    </Panel>
  );
}
