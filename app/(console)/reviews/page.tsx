import type { Metadata } from "next";
import { links } from "../../../components/links.ts";
import { ReviewList } from "../../../components/review/review-list.tsx";
import { EmptyState } from "../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../components/ui/page-header.tsx";
import { askedPage, pageOf } from "../../../components/ui/pagination.model.ts";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { Panel } from "../../../components/ui/panel.tsx";
import { formatCount } from "../../../components/ui/quantities.ts";
import { REVIEWS_ON_A_PAGE, readInbox } from "../../../lib/queries/reviews.ts";
import { loadView } from "../load-view.ts";

export const metadata: Metadata = { title: "Reviews" };

interface ReviewsPageProps {
  readonly searchParams: Promise<{ readonly page?: string | string[] }>;
}

/** What waits for a decision: this person's first, then what others decide. */
export default async function ReviewsPage({ searchParams }: ReviewsPageProps) {
  const asked = askedPage((await searchParams).page);
  const { view } = await loadView((console, actor) => readInbox(console, actor, asked));
  const { mine, others, mayReview } = view;
  return (
    <>
      <PageHeader title="Reviews">Plans that wait for another person's decision.</PageHeader>
      <div className="grid max-w-5xl gap-3">
        <Panel title="Waiting for you" aside={formatCount(mine.total)} flush>
          {mine.rows.length > 0 ? (
            <>
              <ReviewList rows={mine.rows} />
              <Pagination
                page={pageOf(mine.page, REVIEWS_ON_A_PAGE, mine.total)}
                noun="reviews"
                href={(page) => links.reviews({ page: page === 1 ? null : page })}
              />
            </>
          ) : (
            <EmptyState title="Nothing waits for you">
              {mayReview
                ? "What others ask for and a review is needed for appears here, the oldest first."
                : "Your roles do not review; a reviewer or an admin does. What waits for them stands below."}
            </EmptyState>
          )}
        </Panel>
        {others.total > 0 && (
          <Panel
            title="Waiting for others"
            aside={
              others.total > others.rows.length
                ? `the oldest ${formatCount(others.rows.length)} of ${formatCount(others.total)}`
                : formatCount(others.total)
            }
            flush
          >
            <ReviewList rows={others.rows} />
          </Panel>
        )}
      </div>
    </>
  );
}
