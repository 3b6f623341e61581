import type { Metadata } from "next";
import { links } from "../../../components/links.ts";
import { NoticeList } from "../../../components/notice/notice-list.tsx";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { EmptyState } from "../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../components/ui/page-header.tsx";
import { SubmitButton } from "../../../components/ui/submit-button.tsx";
import { listNotices } from "../../../lib/queries/notices.ts";
import { loadView } from "../load-view.ts";
import { dismissNotice, markNoticesRead } from "../notice-actions.ts";

export const metadata: Metadata = { title: "Notices" };

/** What this person should hear of: reviews that wait, outcomes, glass that was broken. */
export default async function NoticesPage() {
  const { view } = await loadView(listNotices);
  const unread = view.some(({ readAt, type }) => readAt === null && type !== "review-wanted");
  return (
    <>
      <PageHeader
        title="Notices"
        actions={
          unread && (
            <form action={markNoticesRead}>
              <SubmitButton variant="secondary">I have seen them</SubmitButton>
            </form>
          )
        }
      >
        What came of your requests, reviews that wait for you, and glass that was broken past you.
      </PageHeader>
      <div className="rounded-lg border bg-surface">
        {view.length === 0 ? (
          <EmptyState
            title="Nothing to hear"
            action={<ButtonLink href={links.operations({ mine: true })}>Your operations</ButtonLink>}
          >
            When an operation that you asked for ends, or somebody wants your review, it stands here.
          </EmptyState>
        ) : (
          <NoticeList notices={view} dismiss={dismissNotice} />
        )}
      </div>
    </>
  );
}
