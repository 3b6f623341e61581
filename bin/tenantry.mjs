/**
 * Between the shell and the command line: takes the arguments out of sight, then goes through the bootstrap. An
 * argument may be a connection string, and everyone on the machine can read a process's arguments; its environment
 * only its owner. Plain JavaScript for Node 18 and newer.
 */
const args = process.argv.slice(2);
// On Linux the title overwrites the arguments where the system shows them.
process.title = ["tenantry", ...args.slice(0, 1).filter((word) => /^[a-z]+$/.test(word))].join(" ");
process.env.TENANTRY_ARGUMENTS = JSON.stringify(args);
process.argv = [process.argv[0], process.argv[1], "bin/tenantry.ts"];
await import("./bootstrap.mjs");
