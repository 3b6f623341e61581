/** Numbers of bytes as people write them into an environment. */
import { z } from "zod";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `20GiB`, `500 MiB`, `1048576`. */
export const byteCount = (text: string, context: z.RefinementCtx): number => {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([KMGT]iB)?$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(digits) * UNITS[(unit ?? "").toLowerCase()]!);
  if (bytes > 0) return bytes;
  context.addIssue({ code: "custom", message: "is no number of bytes" });
  return z.NEVER;
};
