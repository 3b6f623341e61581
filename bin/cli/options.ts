/** Options that several commands share. */
import { type Command, InvalidArgumentError, Option } from "commander";

export const jsonOption = () => new Option("--json", "print one JSON document instead of text");

export const platformOption = () => new Option("--platform <file>", "the platform's file (YAML)");

export const databaseOption = () =>
  new Option("--database <url>", "the database's address; better: TENANTRY_DATABASE_URL in the environment");

export const trustOption = () =>
  new Option("--trust <file>", "public key (PEM) whose signature is trusted; repeatable").argParser(gathered);

export const identityOption = () =>
  new Option(
    "--identity <file>",
    "age identities (as age-keygen writes them) that open an encrypted bundle; repeatable",
  ).argParser(gathered);

export const journalOption = (description: string) => new Option("--journal <file>", description);

/** Collects a repeatable option's values. */
export function gathered(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** A command's examples, under its help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText("after", `\nExample:\n${examples.map((line) => `  ${line}`).join("\n")}`);
}
