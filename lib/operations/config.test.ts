import { expect, it } from "vitest";
import { generateSecretKey } from "../access/secret-key.ts";
import { Refusal } from "../findings/finding.ts";
import { readConfig } from "./config.ts";

const ENV = {
  TENANTRY_RECORDS_URL: "postgres://records.example/tenantry",
  TENANTRY_BUNDLE_FOLDER: "bundles",
  TENANTRY_SECRET_KEY: generateSecretKey(),
};
const limit = (text?: string) => readConfig({ ...ENV, TENANTRY_UPLOAD_LIMIT: text } as never).uploadLimit;

it("reads how large an upload may be, in bytes or with a unit", () => {
  expect(limit()).toBe(64 * 2 ** 30);
  expect(limit("20GiB")).toBe(20 * 2 ** 30);
  expect(limit(" 1.5 mib ")).toBe(1.5 * 2 ** 20);
  expect(limit("1048576")).toBe(2 ** 20);
});

it.each(["0", "-1", "20 GB", "lots", "1e9", "GiB"])(
  "stops with the variable's name at the limit %s",
  (text) => {
    expect(() => limit(text)).toThrow(Refusal);
    try {
      limit(text);
    } catch (error) {
      expect((error as Refusal).findings).toMatchObject([{ where: "TENANTRY_UPLOAD_LIMIT" }]);
    }
  },
);
