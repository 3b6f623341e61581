/** `tenantry verify`: whether a bundle is whole, and the tenant still as it says; whether a certificate is genuine. */
import { type Command, Option } from "commander";
import { verifyBundle } from "../../lib/bundle/verify.ts";
import type { Finding } from "../../lib/findings/finding.ts";
import { usage } from "../cli/failure.ts";
import { databaseAddress, openBundleFile, readTrustedKeys, remarkOnAddress } from "../cli/inputs.ts";
import {
  identityOption,
  journalOption,
  jsonOption,
  platformOption,
  trustOption,
  withExamples,
} from "../cli/options.ts";
import type { Perform, Run } from "../cli/task.ts";
import { compare } from "./compare/compare.ts";
import { comparisonText } from "./compare/report.ts";
import { isCertificate, verifyCertificate } from "./verify/certificate.ts";
import { type Verified, verifiedJson, verifiedText } from "./verify/report.ts";

interface VerifyOptions {
  readonly trust?: readonly string[];
  readonly identity?: readonly string[];
  /** True where the option stands without an address. */
  readonly against?: string | true;
  readonly platform?: string;
  readonly journal?: string;
  readonly slug?: string;
  readonly json?: boolean;
}

export function addVerifyCommand(program: Command, perform: Perform): void {
  const command = program
    .command("verify")
    .summary("prove that a bundle is whole, or a certificate of erasure genuine")
    .description(
      "Reads a bundle to its end and proves it against its seal: every member, count, hash and digest, and the signature. With --against, compares it with the live tenant as well. Of a certificate of erasure, proves the signature. Reads only.",
    )
    .argument("<file>", "the bundle, or the certificate's signed file")
    .addOption(trustOption())
    .addOption(identityOption())
    .addOption(
      new Option(
        "--against [url]",
        "compare with the tenant in this database; without an address in TENANTRY_DATABASE_URL",
      ),
    )
    .addOption(platformOption())
    .addOption(journalOption("journal of the import that made the tenant in that database"))
    .addOption(new Option("--slug <slug>", "of a certificate: whether it is about the tenant with this slug"))
    .addOption(jsonOption())
    .action((path: string, options: VerifyOptions) =>
      perform({
        name: "verify",
        json: options.json === true,
        left: "Nothing was changed.",
        async work(run) {
          if (await isCertificate(path)) return certificate(path, options);
          if (options.slug !== undefined)
            throw usage("--slug", "--slug is for a certificate of erasure, and this is none.");
          const verified = await verify(path, options, run);
          const findings: readonly Finding[] = [
            ...verified.findings,
            ...(verified.comparison?.findings ?? []),
          ];
          return {
            result: verifiedJson(verified),
            findings,
            untold: findings.filter(({ code }) => code !== "rows-differ"),
            findingsAre: "result",
            text: (style) => [
              ...verifiedText(verified, style),
              ...(verified.comparison === null
                ? []
                : [
                    "",
                    ...comparisonText(
                      {
                        comparison: verified.comparison,
                        names: ["the bundle", "the live tenant"],
                        live: true,
                      },
                      style,
                    ),
                  ]),
            ],
          };
        },
      }),
    );
  withExamples(
    command,
    "tenantry verify acme.tar.gz --trust console.pub",
    "tenantry verify acme.tar.gz --against --platform platform.yaml",
    "tenantry verify erasure.json --trust console.pub --slug acme",
  );
}

function certificate(path: string, options: VerifyOptions) {
  for (const option of ["against", "platform", "journal", "identity"] as const)
    if (options[option] !== undefined)
      throw usage(`--${option}`, `--${option} is for a bundle, and this is a certificate of erasure.`);
  return verifyCertificate(path, options);
}

async function verify(path: string, options: VerifyOptions, run: Run): Promise<Verified> {
  if (options.against === undefined) {
    for (const option of ["platform", "journal"] as const)
      if (options[option] !== undefined)
        throw usage(`--${option}`, `--${option} says how to compare: give --against too.`);
  } else if (options.platform === undefined) {
    throw usage(
      "--platform",
      "To compare with a live tenant, name the platform's file with --platform FILE.",
    );
  }
  const address = addressOf(options.against, run);
  const trust = await readTrustedKeys(options.trust);
  const source = await openBundleFile(path, run.context.signal, options.identity);
  try {
    let bytes = 0;
    const verification = await verifyBundle(source, {
      trust,
      onPart(part) {
        bytes += part.bytes;
        run.context.progress({ phase: "verifying", table: part.name, rows: 0, bytes, totalRows: null });
      },
    });
    const { manifest, seal } = verification;
    const whole = { ...verification, path, bytes: source.size };
    if (address === null || manifest === null || seal === null) return { ...whole, comparison: null };
    const { comparison } = await compare(
      { kind: "file", path },
      { kind: "tenant", url: address, tenant: null },
      { platform: options.platform, journal: options.journal, identity: options.identity },
      run,
    );
    return { ...whole, comparison };
  } finally {
    await source.close();
  }
}

function addressOf(against: string | true | undefined, run: Run): string | null {
  if (against === undefined) return null;
  if (against === true) return databaseAddress(undefined, run.remark);
  remarkOnAddress("--against URL", run.remark, "write --against alone");
  return against;
}
