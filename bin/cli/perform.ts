/** Runs a task from its first progress line to its exit code. */
import { blocks, type Finding } from "../../lib/findings/finding.ts";
import { quietContext } from "../../lib/rows/run-context.ts";
import type { Call } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { describeFailure, type Failure } from "./failure.ts";
import { findingsInBrief, findingsInFull, sentence } from "./findings.ts";
import type { Answer } from "./formats/answer.ts";
import { whenInterrupted } from "./interrupt.ts";
import { plainText } from "./plain-text.ts";
import type { Printer } from "./printer.ts";
import { showProgress } from "./progress.ts";
import type { Outcome, Task } from "./task.ts";

/** Never throws: whatever happens becomes findings, one JSON document where it is asked for, and a code. */
export async function perform(task: Task, printer: Printer, call: Call): Promise<ExitCode> {
  const { signal, release } = whenInterrupted((sentence) => printer.remark(sentence));
  const context = quietContext({ signal, progress: showProgress(printer) });
  const failed = (error: unknown) =>
    report(describeFailure(error, signal.aborted, task.left), task, printer, task.left);
  // A promise that nobody waits for, or a stream's late word: not after a stop, when everything breaks.
  const stray = (error: unknown) => {
    if (!signal.aborted) void failed(error).then((code) => process.exit(code));
  };
  process.on("uncaughtException", stray);
  process.on("unhandledRejection", stray);
  try {
    const outcome = await task.work({
      context,
      calledAs: call.calledAs,
      typed: call.args,
      remark: (text) => printer.remark(text),
    });
    await show(outcome, task, printer);
    return blocks(outcome.findings) ? EXIT.findings : EXIT.done;
  } catch (error) {
    return await failed(error);
  } finally {
    release();
    process.off("uncaughtException", stray);
    process.off("unhandledRejection", stray);
  }
}

type Told = Pick<Task, "name" | "json" | "document">;

/** Null for people. */
function documentOf({ json, document }: Told, answer: Answer): string | null {
  if (document !== undefined) return document(answer);
  return json ? JSON.stringify(answer, null, 2) : null;
}

async function show(outcome: Outcome, task: Task, printer: Printer): Promise<void> {
  const { findings, untold = findings, result, next = [], findingsAre } = outcome;
  const exitCode = blocks(findings) ? EXIT.findings : EXIT.done;
  const document = documentOf(task, { command: task.name, exitCode, findings, result });
  if (document !== null) return printer.result(document);
  const { style, remarkStyle } = printer;
  if (findingsAre === "result") {
    const found = findingsInFull(untold, style, outcome.mostOfOneCode);
    await printer.result([...outcome.text(style), ...(found.length > 0 ? ["", ...found] : [])].join("\n"));
  } else {
    const remarks = findingsInBrief(untold, remarkStyle);
    if (remarks.length > 0) printer.remark(remarks.join("\n"));
    await printer.result(outcome.text(style).join("\n"));
  }
  if (next.length > 0)
    printer.remark([`\n${remarkStyle.dim("Next:")}`, ...next.map((each) => `  ${each}`)].join("\n"));
}

/**
 * Reports a task that ended without a result.
 *
 * @param left what it leaves behind, for a refusal; all other findings say it themselves
 */
export async function report(
  { exitCode, findings }: Failure,
  task: Told,
  printer: Printer,
  left = "Nothing was done.",
): Promise<ExitCode> {
  const { remarkStyle } = printer;
  const document = documentOf(task, { command: task.name, exitCode, findings, result: null });
  if (document !== null) await printer.result(document);
  else if (exitCode === EXIT.findings)
    printer.remark(
      [`${remarkStyle.red("Refused.")} ${left}`, "", ...findingsInBrief(findings, remarkStyle)].join("\n"),
    );
  else
    printer.remark(
      findings
        .filter(({ severity }) => severity === "blocks")
        .map(inOneLine)
        .join("\n"),
    );
  return exitCode;
}

function inOneLine({ code, where, what, todo }: Finding): string {
  const place = code === "usage" || where === "the command" ? "" : `${where}: `;
  return plainText(`${place}${sentence(what)}${todo === undefined ? "" : ` ${sentence(todo)}`}`);
}
