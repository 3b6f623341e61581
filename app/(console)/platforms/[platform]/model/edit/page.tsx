import type { Metadata } from "next";
import { links } from "../../../../../../components/links.ts";
import { ModelHeader } from "../../../../../../components/model/model-header.tsx";
import { Banner } from "../../../../../../components/ui/banner.tsx";
import { ButtonLink } from "../../../../../../components/ui/button.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../../../components/ui/quantities.ts";
import { getConsole } from "../../../../../../lib/operations/console.ts";
import { readPlatformFiles } from "../../../../../../lib/queries/platform-file.ts";
import type { SearchParams } from "../../../../../../lib/queries/tenant-list.ts";
import { editPlatformFile } from "../../../../../../lib/tenancy/file-edit.ts";
import { loadView } from "../../../../load-view.ts";
import { readEditQuery } from "./edit-query.ts";
import { draftState } from "./model-acts.ts";
import { ModelEditor } from "./model-editor.tsx";

interface EditPageProps {
  readonly params: Promise<{ readonly platform: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: EditPageProps): Promise<Metadata> {
  return { title: `Platform file of ${decodeURIComponent((await params).platform)}` };
}

/** The platform file, to read, take along, change by hand, or as the address changes it; what that comes to beside it. */
export default async function EditPage({ params, searchParams }: EditPageProps) {
  const name = decodeURIComponent((await params).platform);
  const { edits, unread, restore } = readEditQuery(await searchParams);
  const { view, actor } = await loadView((console, actor) => readPlatformFiles(console, actor, name));
  const mayChange = actor.permissions.has("change:model");
  const brought = view.versions.find(({ version }) => version === restore);
  const current = view.versions.find(({ version }) => version === view.current)!;
  const text = editPlatformFile(brought?.text ?? current.text, edits);
  const state = mayChange
    ? await draftState(await getConsole(), actor, view, { text, restores: brought?.version ?? null })
    : null;
  return (
    <>
      <ModelHeader
        platform={name}
        tab="file"
        actions={<ButtonLink href={links.platformFile(name)}>Download platform.yaml</ButtonLink>}
      >
        version {view.current} is in force
        {brought !== undefined &&
          `; version ${brought.version} would come back as version ${view.current + 1}`}
      </ModelHeader>
      {unread > 0 && (
        <Banner tone="warn" className="mb-3">
          {formatNoun(unread, "change", "changes")} in the address could not be understood and{" "}
          {unread === 1 ? "is" : "are"} not in the text below.
        </Banner>
      )}
      {state === null ? (
        <Panel title="platform.yaml" flush>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <pre tabIndex={0} className="overflow-x-auto p-3">
            {text}
          </pre>
        </Panel>
      ) : (
        <ModelEditor platform={name} initial={state} />
      )}
    </>
  );
}
