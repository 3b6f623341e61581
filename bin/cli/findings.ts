/** Findings as text. */
import type { Finding, Severity } from "../../lib/findings/finding.ts";
import { oneLine, plainText, wrap } from "./plain-text.ts";
import { count, plural, some } from "./quantities.ts";
import type { Style } from "./style.ts";

const TITLES: Readonly<Record<Severity, string>> = {
  blocks: "Blocks",
  warns: "Warns",
  notes: "Notes",
};

/** As many of one code are read where the answer is needed, and not every place. */
export const MOST_OF_ONE_CODE = 3;

const SEVERITIES: readonly Severity[] = ["blocks", "warns", "notes"];

/**
 * All of them, grouped by severity, each with what to do about it. No lines where there are none.
 *
 * @param most how many of one code are told in full; the others are only named
 */
export function findingsInFull(
  findings: readonly Finding[],
  style: Style,
  most = Number.POSITIVE_INFINITY,
): string[] {
  return SEVERITIES.flatMap((severity) => {
    const group = findings.filter((finding) => finding.severity === severity);
    if (group.length === 0) return [];
    const title = `${TITLES[severity]} (${count(group.length)})`;
    const told: Finding[] = [];
    const named = new Map<string, string[]>();
    for (const finding of group) {
      const { code, where } = finding;
      if (told.filter((each) => each.code === code).length < most) told.push(finding);
      else named.set(code, [...(named.get(code) ?? []), where]);
    }
    return [
      "",
      painted(severity, title, style),
      ...told.flatMap((finding) => inFull(finding, style)),
      ...[...named].flatMap(([code, places]) => onlyNamed(code, places, style)),
    ];
  }).slice(1);
}

function onlyNamed(code: string, places: readonly string[], style: Style): string[] {
  const text = `and ${count(places.length)} more of ${code}: ${some(places.map(oneLine))} (all with --json)`;
  return wrap(text, style.width - 4).map((line, at) => `${at === 0 ? "  " : "    "}${line}`);
}

/** Those that block in full, those that warn in a line for each code, and how many notes there are. */
export function findingsInBrief(findings: readonly Finding[], style: Style): string[] {
  const lines = findingsInFull(
    findings.filter(({ severity }) => severity === "blocks"),
    style,
    MOST_OF_ONE_CODE,
  );
  const warnings = Map.groupBy(
    findings.filter(({ severity }) => severity === "warns"),
    ({ code }) => code,
  );
  for (const [code, group] of warnings) {
    const [only] = group;
    const text =
      group.length === 1 && only !== undefined
        ? `${only.where}: ${sentence(only.what)}${only.todo === undefined ? "" : ` ${sentence(only.todo)}`}`
        : `${code} (${count(group.length)}): ${some(group.map(({ where }) => where))}.`;
    const [first = "", ...rest] = wrap(plainText(text), style.width - 9);
    lines.push(`${style.yellow("Warning:")} ${first}`, ...rest.map((line) => `         ${line}`));
  }
  return lines;
}

function inFull({ code, where, what, todo }: Finding, style: Style): string[] {
  const prose = (text: string, mark: string) =>
    plainText(text)
      .split("\n")
      .flatMap((paragraph) => wrap(paragraph, style.width - 6))
      .map((line, at) => `    ${at === 0 ? mark : "  "}${line}`);
  return [
    `  ${style.bold(plainText(where))}  ${style.dim(code)}`,
    ...prose(sentence(what), "  "),
    ...(todo === undefined ? [] : prose(sentence(todo), "→ ")),
  ];
}

function painted(severity: Severity, title: string, style: Style): string {
  if (severity === "blocks") return style.red(title);
  return severity === "warns" ? style.yellow(title) : style.bold(title);
}

/** `2 block, 1 warns, 4 notes`, in words. */
export function severities(findings: readonly Finding[]): string {
  const number = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  if (findings.length === 0) return "no findings";
  const [blocking, warning, noting] = [number("blocks"), number("warns"), number("notes")];
  return [
    ...(blocking > 0 ? [`${count(blocking)} that ${blocking === 1 ? "blocks" : "block"}`] : []),
    ...(warning > 0 ? [plural(warning, "warning")] : []),
    ...(noting > 0 ? [plural(noting, "note")] : []),
  ].join(", ");
}

/** A capital at its head and a stop at its end, wherever it came from; code at the end is left as it is. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const headed = /^[a-z]+(?=[\s,;.]|$)/.test(trimmed)
    ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
    : trimmed;
  return /[.!?:;`]$/.test(headed) ? headed : `${headed}.`;
}
