/**
 * `bin/tenantry`: the library for a platform's CI, for scripts, and for whoever wants to run it somewhere safe.
 * One file a command in bin/commands; what they share in bin/cli. Reference: docs/command-line.md.
 */
import { takeArguments } from "./cli/arguments.ts";
import { main } from "./cli/main.ts";

const { args, calledAs } = takeArguments(process);
process.exit(await main(args, calledAs));
