import type { Metadata } from "next";
import { UploadForm } from "../../../../components/bundle/upload-form.tsx";
import { UploadList } from "../../../../components/bundle/upload-list.tsx";
import { links } from "../../../../components/links.ts";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { EmptyState } from "../../../../components/ui/empty-state.tsx";
import { Findings } from "../../../../components/ui/findings.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { formatBytes, formatNoun } from "../../../../components/ui/quantities.ts";
import type { SearchParams } from "../../../../lib/queries/tenant-list.ts";
import { readUploads, type UploadsView } from "../../../../lib/queries/uploads.ts";
import { loadView } from "../../load-view.ts";

export const metadata: Metadata = { title: "Upload a bundle" };

interface UploadPageProps {
  readonly searchParams: Promise<SearchParams>;
}

/** A bundle from elsewhere: sent, proved while it arrives, and only then in the list. */
export default async function UploadPage({ searchParams }: UploadPageProps) {
  const { upload } = await searchParams;
  const { view } = await loadView((console, actor) =>
    readUploads(console, actor, { upload: typeof upload === "string" ? upload : null }),
  );
  return (
    <>
      <PageHeader title="Upload a bundle" trail={[{ href: links.bundles(), title: "Bundles" }]}>
        It is proved while it arrives, and becomes a bundle only once its seal has been verified.
      </PageHeader>
      <div className="grid gap-3">
        {view.shown !== null && <Shown view={view} />}
        <Panel title="The file">
          {view.platforms.length === 0 ? (
            <EmptyState title="No platform yet">
              A bundle belongs to a platform: have an admin register it first.
            </EmptyState>
          ) : (
            <UploadForm
              platforms={view.platforms}
              limit={view.limit}
              hint={`A .tar.gz or .tar.zst that Tenantry exported, as it was exported; ${formatBytes(view.limit)} at most. One person may have ${formatNoun(view.atOnce, "upload", "uploads")} under way, and send ${formatBytes(view.bytesADay)} within a day.`}
            />
          )}
        </Panel>
        <Panel title="Latest uploads" flush>
          {view.latest.length === 0 ? (
            <p className="px-3 py-2 text-ink-soft">Nobody has uploaded a bundle yet.</p>
          ) : (
            <UploadList uploads={view.latest} />
          )}
        </Panel>
      </div>
    </>
  );
}

/** What became of the upload that the address names: where a form without scripts leads after a refusal. */
function Shown({ view: { shown, known } }: { readonly view: UploadsView }) {
  const { fileName, findings, state, bundleId } = shown!;
  const bundle = bundleId ?? known;
  return (
    <Panel
      title={
        <>
          {TITLES[state]}: <span className="break-all">{fileName}</span>
        </>
      }
    >
      {findings.length > 0 && <Findings findings={findings} />}
      {state === "receiving" && <p className="text-ink-soft">Load this page again to see how it ends.</p>}
      {bundle !== null && (
        <ButtonLink href={links.bundle(bundle)} className="mt-2">
          Look at the bundle
        </ButtonLink>
      )}
    </Panel>
  );
}

const TITLES = {
  receiving: "Still arriving",
  taken_in: "Taken in",
  refused: "Refused, and nothing of it was kept",
  aborted: "Broken off, and nothing of it was kept",
} as const;
