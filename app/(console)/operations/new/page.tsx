import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { links } from "../../../../components/links.ts";
import { Banner } from "../../../../components/ui/banner.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { readNewOperation } from "../../../../lib/queries/new-operation.ts";
import { loadView } from "../../load-view.ts";
import { KindChooser, SubjectMissing } from "./chooser.tsx";
import { RequestForm } from "./request-form.tsx";
import { subjectOf } from "./subject.model.ts";
import { needsReason } from "./submit.ts";

type Search = Readonly<Record<string, string | string[] | undefined>>;

export const metadata: Metadata = { title: "New operation" };

/** Asking for an operation: what, of what, why; and up front whether somebody has to review it. */
export default async function NewOperationPage({ searchParams }: { readonly searchParams: Promise<Search> }) {
  const search = await searchParams;
  const one = (name: string) => {
    const value = search[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const { view } = await loadView((console, actor) =>
    readNewOperation(console, actor, {
      kind: one("kind"),
      database: one("database"),
      tenant: one("tenant"),
      bundle: one("bundle"),
    }),
  );
  const { picked } = view;
  if (picked === null) return <KindChooser view={view} />;
  const missing =
    subjectOf(picked.kind) === "tenant"
      ? view.tenant === null
      : subjectOf(picked.kind) === "bundle" && view.bundle === null;
  return (
    <>
      <PageHeader
        title={`${picked.title}${view.tenant === null ? "" : ` ${view.tenant.name ?? view.tenant.slug ?? view.tenant.key}`}`}
        trail={[{ href: links.operations(), title: "Operations" }]}
      />
      {picked.unavailable !== null && (
        <Banner tone="bad" className="mb-3">
          {picked.unavailable}
        </Banner>
      )}
      {missing ? (
        <SubjectMissing view={view} />
      ) : picked.unavailable === null ? (
        <RequestForm view={view} idempotencyKey={randomUUID()} reasonRequired={needsReason(picked.kind)} />
      ) : null}
    </>
  );
}
