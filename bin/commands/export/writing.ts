/** What a command that writes a bundle is told of it: where to, how it is compressed, signed and encrypted, and why. */
import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Compression } from "../../../lib/bundle/compression/compression.ts";
import { readRecipients, readSignKey } from "../../cli/inputs.ts";
import { gathered } from "../../cli/options.ts";
import { type WhereTo, whereTo } from "./where-to.ts";

export interface WritingOptions {
  readonly out?: string;
  readonly compress?: Compression;
  readonly signKey?: string;
  readonly recipient?: readonly string[];
  readonly reason?: string;
}

/** Gives the command its options, after those that it has. */
export function addWritingOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--out <file or folder>", "where to; in a folder that exists the file names itself"),
    )
    .addOption(new Option("--compress <how>", "as the file's name says, else gzip").choices(["gzip", "zstd"]))
    .addOption(new Option("--sign-key <file>", "Ed25519 private key (PEM) to sign the seal with"))
    .addOption(
      new Option(
        "--recipient <age1…>",
        "age public key of somebody who may open the file, which is then encrypted; repeatable",
      ).argParser(gathered),
    )
    .addOption(new Option("--reason <text>", "why; kept in the bundle's manifest"));
}

/** As it was asked for, checked and read. */
export interface Writing extends WhereTo {
  readonly recipients: readonly string[];
  readonly signKey: KeyObject | undefined;
}

/** @throws Refusal where a folder, a name, a key or a recipient is none */
export async function readWriting(options: WritingOptions): Promise<Writing> {
  const recipients = await readRecipients(options.recipient);
  const place = await whereTo(options.out, options.compress, recipients.length > 0);
  return { ...place, recipients, signKey: await readSignKey(options.signKey) };
}

/** What is told of a bundle that was written. */
export function written<Result extends { readonly name: string }>(
  result: Result,
  { folder, recipients, signKey }: Writing,
  began: number,
) {
  return {
    ...result,
    path: join(folder, result.name),
    signed: signKey !== undefined,
    recipients,
    milliseconds: performance.now() - began,
  };
}
