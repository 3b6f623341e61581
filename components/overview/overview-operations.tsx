import type { OperationLine, OperationNews, RunLine } from "../../lib/queries/overview-operations.ts";
import { links } from "../links.ts";
import { LivenessStatus } from "../operation/liveness.tsx";
import { kindTitle, operationStateLook } from "../operation/operation-state.model.ts";
import { OperationStatus } from "../operation/operation-status.tsx";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";
import { Attention, AttentionLine } from "./attention.tsx";
import { progressInWords } from "./run-line.model.ts";

const titleOf = (line: OperationLine) => `${kindTitle(line.kind)} ${line.tenant ?? "a new tenant"}`;

export interface OverviewOperationsProps {
  readonly news: OperationNews;
  readonly markRead: () => Promise<void>;
}

/** The operations that need somebody, the most urgent sort first. */
export function OverviewOperations({ news, markRead }: OverviewOperationsProps) {
  const { reviews, runs, unsettled, mine, notesDue, heard } = news;
  return (
    <>
      <Attention
        id="reviews"
        title="Wait for your review"
        total={reviews.total}
        shown={reviews.entries.length}
        more={links.reviews()}
      >
        {reviews.entries.map((line) => (
          <AttentionLine key={line.id} href={links.operation(line.id)} title={titleOf(line)}>
            {line.database} · asked by {line.requestedBy} <Age at={line.createdAt} />
          </AttentionLine>
        ))}
      </Attention>
      <Attention
        id="unsettled"
        title="Failed or unknown"
        total={unsettled.total}
        shown={unsettled.entries.length}
        more={links.operations({ state: "failing" })}
      >
        {unsettled.entries.map((line) => (
          <AttentionLine
            key={line.id}
            href={links.operation(line.id)}
            title={titleOf(line)}
            state={
              <>
                <OperationStatus state={line.state} />
                <Glass line={line} />
              </>
            }
          >
            {operationStateLook(line.state).means} · <Age at={line.endedAt ?? line.createdAt} />
          </AttentionLine>
        ))}
      </Attention>
      <Attention
        id="notes-due"
        title="After-action notes due"
        total={notesDue.total}
        shown={notesDue.entries.length}
        more={links.operations()}
      >
        {notesDue.entries.map((line) => (
          <AttentionLine
            key={line.id}
            href={links.operation(line.id)}
            title={titleOf(line)}
            state={<Glass line={line} />}
          >
            the note is due <Age at={line.noteDueAt} />
          </AttentionLine>
        ))}
      </Attention>
      <Attention
        id="runs"
        title="Runs"
        total={runs.total}
        shown={runs.entries.length}
        more={links.operations({ state: "open" })}
      >
        {runs.entries.map((line) => (
          <Run key={line.id} line={line} />
        ))}
      </Attention>
      <Attention
        id="mine"
        title="Your drafts"
        total={mine.total}
        shown={mine.entries.length}
        more={links.operations({ state: "planned", mine: true })}
      >
        {mine.entries.map((line) => (
          <AttentionLine key={line.id} href={links.operation(line.id)} title={titleOf(line)}>
            planned and not sent on · {line.database} · <Age at={line.createdAt} />
          </AttentionLine>
        ))}
      </Attention>
      <Attention
        id="heard"
        title="News for you"
        total={heard.total}
        shown={heard.entries.length}
        more={links.notices()}
      >
        {heard.entries.map((line) => (
          <AttentionLine
            key={line.noticeId}
            href={links.operation(line.id)}
            title={titleOf(line)}
            state={
              <>
                <OperationStatus state={line.state} />
                <Glass line={line} />
              </>
            }
          >
            {line.database} · <Age at={line.endedAt ?? line.createdAt} />
          </AttentionLine>
        ))}
        <li className="px-3 py-1.5">
          <form action={markRead}>
            <SubmitButton variant="secondary" size="sm">
              I have seen them
            </SubmitButton>
          </form>
        </li>
      </Attention>
    </>
  );
}

function Glass({ line }: { readonly line: OperationLine }) {
  return line.glassBroken ? <Status tone="bad">glass broken</Status> : null;
}

function Run({ line }: { readonly line: RunLine }) {
  const paused = line.state === "paused";
  return (
    <AttentionLine
      href={links.operation(line.id)}
      title={titleOf(line)}
      state={
        <>
          {paused ? <OperationStatus state="paused" /> : <LivenessStatus liveness={line.liveness} />}
          <Glass line={line} />
        </>
      }
    >
      {line.state === "queued" ? "" : `${progressInWords(line.progress)} · `}
      {line.database} · by {line.requestedBy}
    </AttentionLine>
  );
}
