/** Reads a bundle to its end and prints what it came to and the highest memory in MB: `node read-file.ts <path>`. */
import { fileSource } from "../stores/file-source.ts";
import { verifyBundle } from "../verify.ts";

const source = await fileSource(process.argv[2] as string);
const { findings } = await verifyBundle(source);
await source.close();
const code = findings.find(({ severity }) => severity === "blocks")?.code ?? "none";
console.log(JSON.stringify({ code, memory: Math.round(process.resourceUsage().maxRSS / 1024) }));
