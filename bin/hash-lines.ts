/**
 * `npm run hash-lines`: compiles the loop that hashes lines (lib/postgres/hash-lines/kernel.as.ts) to WebAssembly, and
 * writes the module beside it as text, so that nothing needs the compiler to run.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const FOLDER = new URL("../lib/postgres/hash-lines/", import.meta.url);
const SOURCE = "kernel.as.ts";
/** The committed one. */
export const MODULE = fileURLToPath(new URL("kernel.ts", FOLDER));

/** AssemblyScript documentation, Using the compiler. Memory is zeros at first, so that no zeros have to be kept. */
const OPTIONS = "-O3 --runtime stub --enable simd --noAssert --zeroFilledMemory".split(" ");

/** What kernel.ts is to hold. @throws Error with what the compiler says of the source */
export async function kernelModule(): Promise<string> {
  let wasm: Uint8Array | null = null;
  const { error, stderr } = await main([SOURCE, ...OPTIONS, "--outFile", "kernel.wasm"], {
    readFile: (name) => (name === SOURCE ? readFileSync(new URL(SOURCE, FOLDER), "utf8") : null),
    writeFile: (_, contents) => {
      wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === null) throw new Error(`${error?.message ?? ""}\n${stderr.toString()}`);
  const lines = Buffer.from(wasm)
    .toString("base64")
    .match(/.{1,100}/g)!;
  return [
    "/** kernel.as.ts as WebAssembly, in base64: made by `npm run hash-lines`. */",
    "export const KERNEL = [",
    ...lines.map((line) => `  "${line}",`),
    '].join("");',
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(MODULE, await kernelModule());
