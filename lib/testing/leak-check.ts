/** Runs beside every test file: connections that it leaves open on its databases fail it. */
import { afterAll } from "vitest";
import { dropRemaining } from "./open-databases.ts";

afterAll(dropRemaining, 30_000);
