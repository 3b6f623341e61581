import type { Metadata } from "next";
import { EffectPanel } from "../../../../../../components/effect/effect-panel.tsx";
import { links } from "../../../../../../components/links.ts";
import { migrationTitle } from "../../../../../../components/migrations/fleet.model.ts";
import { MeasuredPanel } from "../../../../../../components/migrations/measured-panel.tsx";
import { StateOf } from "../../../../../../components/migrations/migration-table.tsx";
import { Statements } from "../../../../../../components/migrations/statements.tsx";
import { ButtonLink } from "../../../../../../components/ui/button.tsx";
import { EmptyState } from "../../../../../../components/ui/empty-state.tsx";
import { Facts } from "../../../../../../components/ui/facts.tsx";
import { PageHeader } from "../../../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../../components/ui/quantities.ts";
import { Age } from "../../../../../../components/ui/time.tsx";
import { readEffectChoices } from "../../../../../../lib/queries/effect-choices.ts";
import { readMeasuredMigration } from "../../../../../../lib/queries/measured-migrations.ts";
import { type MigrationView, readMigration } from "../../../../../../lib/queries/migrations.ts";
import { loadView } from "../../../../load-view.ts";
import { messagesOf } from "./messages.ts";

interface MigrationPageProps {
  readonly params: Promise<{ readonly platform: string; readonly version: string }>;
}

export async function generateMetadata({ params }: MigrationPageProps): Promise<Metadata> {
  return { title: `Migration ${decodeURIComponent((await params).version)}` };
}

/** One migration: where it has run, and its statements. */
export default async function MigrationPage({ params }: MigrationPageProps) {
  const { platform, version } = await params;
  const names = [decodeURIComponent(platform), decodeURIComponent(version)] as const;
  const { view } = await loadView(async (console, actor) => {
    const [migration, measured, effect] = await Promise.all([
      readMigration(console, actor, ...names),
      readMeasuredMigration(console, actor, ...names),
      readEffectChoices(console, actor, ...names),
    ]);
    return migration && measured && effect && { ...migration, measured, effect };
  });
  const { migration } = view;
  return (
    <>
      <PageHeader
        title={migrationTitle(migration)}
        trail={[
          { href: links.platforms(), title: "Platforms" },
          { href: links.platform(view.platform), title: view.platform },
          { href: links.migrations(view.platform), title: "Migrations" },
        ]}
        actions={<Neighbours view={view} />}
      >
        {view.tool ?? "no known tool"} ·{" "}
        <code className="break-all">{migration.path || "not in the folder"}</code>
        {migration.inFolder && !migration.code && (
          <> · {migration.transactional ? "in a transaction" : "outside a transaction"}</>
        )}
        {view.surveyedAt !== null && (
          <>
            {" "}
            · looked <Age at={view.surveyedAt} />
          </>
        )}
      </PageHeader>
      <div className="flex flex-col gap-3">
        <Panel title="Databases">
          <Facts
            facts={view.databases.map(({ name, standing }) => ({
              label: name,
              value: (
                <StateOf
                  state={standing?.states.get(migration.version)}
                  overtaken={standing?.outOfOrder.includes(migration.version) ?? false}
                />
              ),
            }))}
          />
        </Panel>
        {(view.measured.measured !== null || (migration.inFolder && !migration.code)) && (
          <MeasuredPanel view={view.measured} checksum={migration.checksum} />
        )}
        {migration.inFolder && <EffectPanel choices={view.effect} />}
        <Text view={view} />
      </div>
    </>
  );
}

function Neighbours({ view: { platform, before, after } }: { readonly view: MigrationView }) {
  return (
    <>
      {before !== null && (
        <ButtonLink href={links.migration(platform, before.version)} size="sm">
          Before<span className="sr-only">: {migrationTitle(before)}</span>
        </ButtonLink>
      )}
      {after !== null && (
        <ButtonLink href={links.migration(platform, after.version)} size="sm">
          After<span className="sr-only">: {migrationTitle(after)}</span>
        </ButtonLink>
      )}
    </>
  );
}

function Text({ view: { migration, tool } }: { readonly view: MigrationView }) {
  if (migration.sql === null)
    return (
      <Panel title="Statements" flush>
        <EmptyState title="Not in the folder">
          A database has run it, and the folder has no such file: nobody can say any more what it did. Use the
          folder of the release that the database runs.
        </EmptyState>
      </Panel>
    );
  if (migration.code)
    return (
      <Panel title="Program" aside="only the platform's own tool can run it">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <pre tabIndex={0} className="overflow-x-auto font-mono text-xs leading-5">
          {migration.sql}
        </pre>
      </Panel>
    );
  const messages = messagesOf(tool, migration, migration.sql);
  const total = messages.reduce((sum, each) => sum + each.length, 0);
  return (
    <Panel title="Statements" id="statements" aside={formatNoun(total, "statement", "statements")}>
      {total === 0 ? (
        <p className="text-ink-soft">The file holds no statement.</p>
      ) : (
        <Statements messages={messages} />
      )}
    </Panel>
  );
}
