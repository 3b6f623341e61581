/**
 * Loaded before dependency-cruiser (floors.ts): its swc parser reads every file as plain TypeScript and fails at the
 * first element of a .tsx file. This tells swc by the file's name, which is all that is missing.
 */
import { createRequire } from "node:module";

const swc = createRequire(import.meta.url)("@swc/core");
const { parseFileSync } = swc;
swc.parseFileSync = (name, options) => parseFileSync.call(swc, name, { ...options, tsx: name.endsWith("x") });
