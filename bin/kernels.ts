/**
 * `npm run kernels`: compiles the loops that go over every byte of a bundle (kernel.as.ts) to WebAssembly, and writes each
 * module beside its source as text, so that nothing needs the compiler to run.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

/** Folders that have one. */
export const KERNELS: readonly string[] = ["lib/postgres/hash-lines", "lib/rows/codec/scan-lines"];

const SOURCE = "kernel.as.ts";

/** AssemblyScript documentation, Using the compiler. Memory is zeros at first, so that no zeros have to be kept. */
const OPTIONS = "-O3 --runtime stub --enable simd --noAssert --zeroFilledMemory".split(" ");

const fileOf = (folder: string, name: string) =>
  fileURLToPath(new URL(`../${folder}/${name}`, import.meta.url));

/** The committed one. */
export const moduleOf = (folder: string): string => fileOf(folder, "kernel.ts");

/** What kernel.ts is to hold. @throws Error with what the compiler says of the source */
export async function kernelModule(folder: string): Promise<string> {
  let wasm: Uint8Array | null = null;
  const { error, stderr } = await main([SOURCE, ...OPTIONS, "--outFile", "kernel.wasm"], {
    readFile: (name) => (name === SOURCE ? readFileSync(fileOf(folder, SOURCE), "utf8") : null),
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
    "/** kernel.as.ts as WebAssembly, in base64: made by `npm run kernels`. */",
    "export const KERNEL = [",
    ...lines.map((line) => `  "${line}",`),
    '].join("");',
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const folder of KERNELS) writeFileSync(moduleOf(folder), await kernelModule(folder));
