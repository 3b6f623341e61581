import { links } from "../../../../components/links.ts";
import { ActionLink } from "../../../../components/ui/action-link.tsx";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { EmptyState } from "../../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import type { NewOperationView } from "../../../../lib/queries/new-operation.ts";
import { subjectOf } from "./subject.model.ts";

/** Without a kind: every operation there is, and where each begins. */
export function KindChooser({ view }: { readonly view: NewOperationView }) {
  return (
    <>
      <PageHeader title="New operation" trail={[{ href: links.operations(), title: "Operations" }]}>
        What is to be done?
      </PageHeader>
      <Panel title="Operations">
        <ul className="flex flex-col items-start gap-2">
          {view.kinds.map((choice) => (
            <li key={choice.kind}>
              <ActionLink href={links.newOperation({ kind: choice.kind })} unavailable={choice.unavailable}>
                {choice.title}…
              </ActionLink>
            </li>
          ))}
        </ul>
      </Panel>
    </>
  );
}

/** A kind is picked, and what it is about is not: where to pick it. */
export function SubjectMissing({ view }: { readonly view: NewOperationView }) {
  const { title, kind } = view.picked!;
  const bundle = subjectOf(kind) === "bundle";
  return (
    <div className="rounded-lg border bg-surface">
      <EmptyState
        title={bundle ? "Pick a bundle first" : "Pick a tenant first"}
        action={
          <div className="flex flex-wrap gap-2">
            {bundle ? (
              <ButtonLink href={links.bundles()}>Bundles</ButtonLink>
            ) : (
              view.platforms.map((platform) => (
                <ButtonLink key={platform} href={links.tenants(platform)}>
                  Tenants of {platform}
                </ButtonLink>
              ))
            )}
          </div>
        }
      >
        {bundle
          ? `Open the bundle that is to be imported, and choose “${title}” there.`
          : `Open the tenant, and choose “${title}” there.`}
      </EmptyState>
    </div>
  );
}
