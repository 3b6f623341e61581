/** What a notice says. */
import type { NoticeView } from "../../lib/queries/notices.ts";
import { kindTitle, operationStateLook } from "../operation/operation-state.model.ts";
import type { Tone } from "../ui/status.tsx";

export interface NoticeLook {
  readonly tone: Tone;
  readonly word: string;
}

/** A wanted review that somebody has decided meanwhile says what came of it. */
export function noticeLook({ type, operation }: Pick<NoticeView, "type" | "operation">): NoticeLook {
  if (type === "broke-glass") return { tone: "bad", word: "went past its reviewers, you among them" };
  if (type === "review-wanted" && operation.state === "in_review")
    return { tone: "warn", word: "waits for a review" };
  const { tone, word } = operationStateLook(operation.state);
  return { tone, word: type === "review-wanted" ? `wanted a review; now ${word}` : word };
}

export function noticeTitle({ operation }: Pick<NoticeView, "operation">): string {
  return `${kindTitle(operation.kind)} ${operation.tenant ?? "a new tenant"}`;
}
