import type { NoticeView } from "../../lib/queries/notices.ts";
import { links } from "../links.ts";
import { Badge } from "../ui/badge.tsx";
import { Link } from "../ui/link.tsx";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";
import { noticeLook, noticeTitle } from "./notice.model.ts";

export interface NoticeListProps {
  readonly notices: readonly NoticeView[];
  readonly dismiss: (form: FormData) => Promise<void>;
}

/** Notices, the latest first; those not seen yet say so. */
export function NoticeList({ notices, dismiss }: NoticeListProps) {
  return (
    <ul className="divide-y divide-line">
      {notices.map((notice) => {
        const { tone, word } = noticeLook(notice);
        const title = noticeTitle(notice);
        return (
          <li key={notice.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5">
            <span className="flex min-w-0 flex-1 basis-72 flex-wrap items-baseline gap-x-3">
              <Link href={links.operation(notice.operation.id)} className="link font-medium break-words">
                {title}
              </Link>
              <Status tone={tone} className="whitespace-normal">
                {word}
              </Status>
              {notice.readAt === null && <Badge>new</Badge>}
            </span>
            <span className="text-ink-soft">
              {notice.operation.database} · <Age at={notice.at} />
            </span>
            <form action={dismiss}>
              <input type="hidden" name="noticeId" value={notice.id} />
              <SubmitButton variant="ghost" size="sm">
                Dismiss<span className="sr-only"> {title}</span>
              </SubmitButton>
            </form>
          </li>
        );
      })}
    </ul>
  );
}
