import type { Metadata } from "next";
import { sinceThen } from "../../../../components/certificate/certificate.model.ts";
import { CertificateSheet } from "../../../../components/certificate/certificate-sheet.tsx";
import { Emptiness } from "../../../../components/certificate/emptiness.tsx";
import { PrintButton } from "../../../../components/certificate/print-button.tsx";
import { links } from "../../../../components/links.ts";
import { Banner } from "../../../../components/ui/banner.tsx";
import { buttonClasses } from "../../../../components/ui/button.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { readCertificateView } from "../../../../lib/queries/certificate.ts";
import { loadView } from "../../load-view.ts";

export const metadata: Metadata = { title: "Certificate of erasure" };

interface CertificatePageProps {
  readonly params: Promise<{ readonly id: string }>;
}

/** What was deleted, when, by whom, on whose approval and on what evidence: to be read, printed and sent. */
export default async function CertificatePage({ params }: CertificatePageProps) {
  const { id } = await params;
  const { view } = await loadView((console, actor) => readCertificateView(console, actor, id));
  const since = sinceThen(view);
  return (
    <div className="max-w-3xl">
      <PageHeader title="Certificate of erasure">
        <span className="flex flex-wrap gap-2 print:hidden">
          <PrintButton />
          <a href={links.certificateFile(view.id)} className={buttonClasses()} download>
            Signed file
          </a>
        </span>
      </PageHeader>
      {since !== null && (
        <Banner tone={view.state === "deleted" && !view.thereAgain ? "ok" : "warn"} className="mb-3">
          {since}
        </Banner>
      )}
      <CertificateSheet view={view} />
      {view.proof !== null && (
        <details className="mt-3 rounded-lg border bg-surface print:hidden">
          <summary className="px-3 py-2 hover:bg-sunken">
            The proof of emptiness, as the console keeps it
          </summary>
          <div className="border-t p-3">
            <Emptiness proof={view.proof} />
          </div>
        </details>
      )}
    </div>
  );
}
