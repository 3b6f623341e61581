/** What measured migrations come to, as findings, as JSON and as text. Pure. */
import type { Finding } from "../../../lib/findings/finding.ts";
import type { MeasuredFile } from "../../../lib/migrations/facts.ts";
import { type JudgedStatement, judgeFile, worstClass } from "../../../lib/migrations/judge/judge.ts";
import { plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";

const MOST_TEXT = 60;

/** One for each statement that is more than additive: `statement-blocking`, `statement-rewrite`, `statement-destructive`. */
export function measuredFindings(measured: readonly MeasuredFile[]): Finding[] {
  return measured.flatMap((file) => [
    ...judgeFile(file).flatMap((statement) => statementFinding(file, statement) ?? []),
    ...file.findings,
  ]);
}

function statementFinding({ version }: MeasuredFile, { line, judgement }: JudgedStatement): Finding | null {
  const worst = judgement?.classes[0] ?? "additive";
  if (judgement === null || worst === "additive") return null;
  const [form] = judgement.onlineForms;
  return {
    code: `statement-${worst}`,
    severity: "warns",
    where: `${version}, line ${line}`,
    what: judgement.reasons[0]!,
    ...(form === undefined ? {} : { todo: [form.sentence, ...form.sql].join(" ") }),
  };
}

export function measuredJson(measured: readonly MeasuredFile[]): object {
  return {
    migrations: measured.map((file) => {
      const judged = judgeFile(file);
      const { findings: _, ...facts } = file;
      return { ...facts, class: worstClass(judged), statements: judged };
    }),
  };
}

export function measuredText(measured: readonly MeasuredFile[], style: Style): string[] {
  if (measured.length === 0) return ["There is no migration to measure."];
  return measured.flatMap((file) => {
    const judged = judgeFile(file);
    const worst = worstClass(judged) ?? "did nothing";
    const title = file.name === file.version ? file.version : `${file.version} ${file.name}`;
    const statements = plural(judged.length, "statement");
    return [
      `${style.bold(title)}: ${coloured(worst, style)}, ${statements}`,
      ...judged.flatMap((each) => statementText(each, style)),
    ];
  });
}

function statementText(statement: JudgedStatement, style: Style): string[] {
  const { line, kind, text, judgement, outcome, sqlState } = statement;
  const state =
    judgement === null
      ? `${outcome}${sqlState === null ? "" : ` (${sqlState})`}`
      : judgement.classes.join(", ");
  if (state === "additive") return [];
  const head = `  line ${line}  ${coloured(state, style)}  ${oneLine(text, kind)}`;
  if (judgement === null) return [head];
  const reasons = judgement.reasons.map((reason) => `    ${reason}`);
  const forms = judgement.onlineForms.flatMap(({ sentence, sql }) => [
    `    Online: ${sentence}`,
    ...sql.map((each) => `      ${style.dim(each)}`),
  ]);
  return [head, ...reasons, ...forms];
}

function oneLine(text: string, kind: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= MOST_TEXT ? line : `${kind} ${line.slice(kind.length, MOST_TEXT).trim()} …`;
}

function coloured(state: string, style: Style): string {
  if (/destructive|failed/.test(state)) return style.red(state);
  return state === "additive" ? style.green(state) : style.yellow(state);
}
