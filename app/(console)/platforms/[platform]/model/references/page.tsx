import type { Metadata } from "next";
import { links } from "../../../../../../components/links.ts";
import { ModelHeader } from "../../../../../../components/model/model-header.tsx";
import { ReferenceCardView } from "../../../../../../components/model/reference-card.tsx";
import { Button } from "../../../../../../components/ui/button.tsx";
import { EmptyState } from "../../../../../../components/ui/empty-state.tsx";
import { Findings } from "../../../../../../components/ui/findings.tsx";
import { askedPage, pageOf } from "../../../../../../components/ui/pagination.model.ts";
import { Pagination } from "../../../../../../components/ui/pagination.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../../components/ui/quantities.ts";
import { CARDS_PER_PAGE, readReferenceCards } from "../../../../../../lib/queries/reference-cards.ts";
import type { SearchParams } from "../../../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../../../load-view.ts";

interface ReferencesPageProps {
  readonly params: Promise<{ readonly platform: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: ReferencesPageProps): Promise<Metadata> {
  return { title: `Suspected references of ${decodeURIComponent((await params).platform)}` };
}

/** Columns that look like references: each is answered once, and what the answers change is shown before they count. */
export default async function ReferencesPage({ params, searchParams }: ReferencesPageProps) {
  const name = decodeURIComponent((await params).platform);
  const search = await searchParams;
  const one = (key: string) => (typeof search[key] === "string" && search[key] !== "" ? search[key] : null);
  const asked = askedPage(one("page") ?? undefined);
  const { view, actor } = await loadView((console, actor) =>
    readReferenceCards(console, actor, name, {
      database: one("database"),
      page: asked,
    }),
  );
  const mayAnswer = actor.permissions.has("change:model");
  return (
    <>
      <ModelHeader platform={name} tab="references" suspected={view.total}>
        {view.refused.length > 0
          ? `${view.database} could not be read`
          : `${formatNoun(view.total, "column looks", "columns look")} like a reference without a foreign key${view.database === null ? "" : `, in ${view.database}`}`}
      </ModelHeader>
      {view.refused.length > 0 && (
        <Panel title="The model could not be read" className="mb-3">
          <Findings findings={view.refused} />
        </Panel>
      )}
      {view.refused.length > 0 ? null : view.cards.length === 0 ? (
        <Panel title="Suspected references" flush>
          <EmptyState title="Nothing to answer">
            {view.total === 0
              ? "Every column that looks like a reference has a foreign key or an answer in the platform file."
              : "There is no such page of them."}
          </EmptyState>
        </Panel>
      ) : (
        <form action={links.modelEdit(name)} method="get" className="flex flex-col gap-3">
          <ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
            {view.cards.map((card, index) => (
              <ReferenceCardView
                key={card.column}
                card={card}
                field={`edit.${index}`}
                mayAnswer={mayAnswer}
              />
            ))}
          </ul>
          <div className="flex flex-wrap items-center justify-between gap-3">
            {mayAnswer && (
              <Button type="submit" variant="primary">
                See what the answers change
              </Button>
            )}
            <Pagination
              page={pageOf(asked, CARDS_PER_PAGE, view.total)}
              noun="columns"
              href={(to: number) =>
                links.modelReferences(name, { database: one("database"), page: to === 1 ? null : to })
              }
            />
          </div>
        </form>
      )}
    </>
  );
}
