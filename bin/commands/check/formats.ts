/** How `tenantry check` answers: for people, for scripts, beside the lines of a change, among a CI's tests. */
import { readFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import { placesIn } from "../../../lib/tenancy/platform-file-places.ts";
import { usage } from "../../cli/failure.ts";
import type { Answer, Shown } from "../../cli/formats/answer.ts";
import { junit } from "../../cli/formats/junit.ts";
import { sarif } from "../../cli/formats/sarif.ts";

const FORMATS = ["text", "json", "sarif", "junit"] as const;
export type Format = (typeof FORMATS)[number];

export interface FormatOptions {
  readonly format?: Format;
  readonly json?: boolean;
  readonly platform?: string;
}

export const formatOption = () =>
  new Option(
    "--format <format>",
    "text, json, sarif (2.1.0) or junit (XML); --json is --format json",
  ).argParser((text): Format => {
    const format = FORMATS.find((each) => each === text);
    if (format === undefined) throw new InvalidArgumentError(`It must be ${FORMATS.join(", ")}.`);
    return format;
  });

/** What a task is told of it. @throws Refusal `usage` for two that differ */
export function toldAs({ format, json, platform }: FormatOptions): {
  readonly json: boolean;
  readonly document?: (answer: Answer) => string;
} {
  if (json && format !== undefined && format !== "json")
    throw usage("--format", `--json and --format ${format} exclude each other.`, "Leave one of them out.");
  if (format === "sarif") return { json: false, document: (answer) => sarif(answer, shownIn(platform)) };
  if (format === "junit") return { json: false, document: (answer) => junit(answer, shownIn(platform)) };
  return { json: json === true || format === "json" };
}

/** The platform file; one that cannot be read is a finding of its own already, and shows nothing. */
function shownIn(path = "platform.yaml"): Shown {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // See above.
  }
  const places = placesIn(text, path);
  return { path, placeOf: ({ where }) => places(where) };
}
