import { expect, test } from "vitest";
import { noticeLook, noticeTitle } from "./notice.model.ts";

const operation = { id: "o", kind: "import", state: "in_review", tenant: "acme", database: "eu-1" } as const;

test("a notice says what its operation is now, and why it is told", () => {
  expect(noticeTitle({ operation })).toBe("Import acme");
  expect(noticeLook({ type: "review-wanted", operation })).toEqual({
    tone: "warn",
    word: "waits for a review",
  });
  expect(noticeLook({ type: "review-wanted", operation: { ...operation, state: "rejected" } }).word).toBe(
    "wanted a review; now rejected",
  );
  expect(noticeLook({ type: "outcome", operation: { ...operation, state: "failed" } })).toEqual({
    tone: "bad",
    word: "failed",
  });
  expect(noticeLook({ type: "broke-glass", operation }).tone).toBe("bad");
});
