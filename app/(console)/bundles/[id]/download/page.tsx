import { Download, FileArchive } from "lucide-react";
import type { Metadata } from "next";
import { bundleTitle } from "../../../../../components/bundle/bundle-list.model.ts";
import { links } from "../../../../../components/links.ts";
import { buttonClasses } from "../../../../../components/ui/button.tsx";
import { Facts } from "../../../../../components/ui/facts.tsx";
import { Findings } from "../../../../../components/ui/findings.tsx";
import { Hash } from "../../../../../components/ui/hash.tsx";
import { PageHeader } from "../../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { Bytes } from "../../../../../components/ui/quantity.tsx";
import { Time } from "../../../../../components/ui/time.tsx";
import { requireSession } from "../../../../../lib/access/session.ts";
import { LINK_HOLDS } from "../../../../../lib/operations/bundles/download-link.ts";
import { type BundleDownloadView, readBundleDownload } from "../../../../../lib/queries/bundle-download.ts";
import type { SearchParams } from "../../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../../load-view.ts";
import { DownloadForm } from "./download-form.tsx";

export const metadata: Metadata = { title: "Download a bundle" };

interface DownloadPageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<SearchParams>;
}

/** A download says why first; then there is a link for it, for a while. */
export default async function DownloadPage({ params, searchParams }: DownloadPageProps) {
  const [{ id }, search] = await Promise.all([params, searchParams]);
  const link = typeof search.link === "string" ? search.link : "";
  const { signedInAt } = await requireSession();
  const { view } = await loadView((console, actor) =>
    readBundleDownload(console, { actor, signedInAt }, { id, link }),
  );
  const title = bundleTitle(view);
  return (
    <>
      <PageHeader
        title={`Download the bundle of ${title}`}
        trail={[
          { href: links.bundles(), title: "Bundles" },
          { href: links.bundle(id), title },
        ]}
      >
        It holds a tenant's data: whoever has the file can read it.
      </PageHeader>
      <div className="grid gap-3">
        {view.findings.length > 0 && (
          <Panel title={view.open ? "The link is not good" : "Not now"}>
            <Findings findings={view.findings} />
          </Panel>
        )}
        {view.link !== null ? (
          <Panel title="Your link">
            <ByLink view={view} link={view.link} />
          </Panel>
        ) : (
          view.open && (
            <Panel title="Why">
              <DownloadForm bundleId={id} minutes={LINK_HOLDS} />
            </Panel>
          )
        )}
        <Panel title="The file">
          <Facts
            facts={[
              { label: "File", value: <code className="break-all">{view.name}</code> },
              { label: "Size", value: <Bytes value={view.bytes} /> },
              ...(view.sha256 === null
                ? []
                : [{ label: "SHA-256", value: <Hash value={view.sha256} label="SHA-256" /> }]),
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

interface ByLinkProps {
  readonly view: BundleDownloadView;
  readonly link: NonNullable<BundleDownloadView["link"]>;
}

const PACKAGES = [
  { format: "csv", title: "Customer package (CSV)" },
  { format: "jsonl", title: "Customer package (JSON Lines)" },
] as const;

/** A plain link: the file is not one of the console's pages, and the browser itself saves and resumes it. */
function ByLink({ view, link }: ByLinkProps) {
  return (
    <div className="flex flex-col gap-3">
      <p>
        It opens in this session alone, and until <Time at={link.expiresAt} precision="second" />. A download
        that has begun goes on; one that breaks off can be resumed within {LINK_HOLDS} minutes.
      </p>
      <p className="text-ink-soft">Recorded as why: {link.reason}</p>
      <div>
        <a
          href={links.bundleFile(view.id, { link: link.id })}
          className={buttonClasses({ variant: "primary" })}
        >
          <Download aria-hidden />
          Download
        </a>
      </div>
      <h3 className="mt-2 font-medium">For the tenant's own people</h3>
      <p className="max-w-prose">
        A ZIP that opens without our tools: a file for each table, and a page that explains them. Hashes and
        what the platform file calls internal are not in it. It is made while it is fetched, so a download
        that breaks off begins anew. It is not encrypted, whatever the bundle is.
      </p>
      <div className="flex flex-wrap gap-2">
        {PACKAGES.map(({ format, title }) => (
          <a
            key={format}
            href={links.bundlePackage(view.id, { link: link.id, format })}
            className={buttonClasses({ variant: "secondary" })}
          >
            <FileArchive aria-hidden />
            {title}
          </a>
        ))}
      </div>
    </div>
  );
}
