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

it("reads a bucket beside the folder, and where each lies", () => {
  expect(readConfig(ENV as never)).toMatchObject({ s3: null, bundleFolderRegion: null });
  const s3 = {
    TENANTRY_BUNDLE_FOLDER_REGION: "eu-1",
    TENANTRY_S3_BUCKET: "our-bundles",
    TENANTRY_S3_PREFIX: "tenantry/bundles",
    TENANTRY_S3_REGION: "eu-central-1",
    TENANTRY_S3_ENDPOINT: "https://s3.example.com",
    TENANTRY_S3_PATH_STYLE: "true",
  };
  expect(readConfig({ ...ENV, ...s3 } as never)).toMatchObject({
    bundleFolderRegion: "eu-1",
    s3: {
      bucket: "our-bundles",
      prefix: "tenantry/bundles/",
      region: "eu-central-1",
      endpoint: "https://s3.example.com",
      forcePathStyle: true,
    },
  });
  for (const [name, wrong] of [
    ["TENANTRY_S3_BUCKET", "Our Bundles"],
    ["TENANTRY_S3_PREFIX", "../up"],
    ["TENANTRY_S3_ENDPOINT", "ftp://x"],
    ["TENANTRY_S3_PATH_STYLE", "yes"],
  ] as const) {
    try {
      readConfig({ ...ENV, ...s3, [name]: wrong } as never);
      expect.unreachable(name);
    } catch (error) {
      expect((error as Refusal).findings, name).toMatchObject([{ where: name }]);
    }
  }
});
