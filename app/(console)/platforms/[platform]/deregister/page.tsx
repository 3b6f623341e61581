import type { Metadata } from "next";
import { links } from "../../../../../components/links.ts";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { PageHeader } from "../../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../components/ui/quantities.ts";
import { readRegisteredPlatform } from "../../../../../lib/queries/registration.ts";
import { loadView } from "../../../load-view.ts";
import { deregisterAction } from "../../actions.ts";
import { RemovalForm } from "../../removal-form.tsx";

export const metadata: Metadata = { title: "Deregister" };

interface DeregisterPageProps {
  readonly params: Promise<{ readonly platform: string }>;
}

/** Taking a platform off the console's list. Nothing of the platform itself is touched. */
export default async function DeregisterPage({ params }: DeregisterPageProps) {
  const name = decodeURIComponent((await params).platform);
  const { view } = await loadView((console, actor) => readRegisteredPlatform(console, actor, name));
  return (
    <>
      <PageHeader
        title={`Deregister ${name}`}
        trail={[
          { href: links.platforms(), title: "Platforms" },
          { href: links.platform(name), title: name },
        ]}
        actions={<ButtonLink href={links.platform(name)}>Cancel</ButtonLink>}
      />
      <Panel title="Take the platform off the list" className="max-w-2xl">
        <RemovalForm
          action={deregisterAction}
          id={{ name: "platformId", value: view.id }}
          phrase={`deregister ${name}`}
          label="Deregister the platform"
          active={view.active}
        >
          The console no longer looks after {formatNoun(view.databases, "database", "databases")} with{" "}
          {formatNoun(view.tenants, "tenant", "tenants")}. The databases themselves are not touched.
          Operations, bundles and the audit trail stay as history; the platform can be registered again.
        </RemovalForm>
      </Panel>
    </>
  );
}
