import fc from "fast-check";
import { expect, test } from "vitest";
import { bundleName, compressionOfName, isEncryptedName, suffixOfName, uploadName } from "./name.ts";
import { SAMPLE_MANIFEST } from "./testing/sample-bundle.ts";

const named = (slug: string | null, version: string | null, key = "17") =>
  bundleName(
    {
      ...SAMPLE_MANIFEST,
      tenant: { ...SAMPLE_MANIFEST.tenant, slug, key },
      schema: { ...SAMPLE_MANIFEST.schema, version },
    },
    "gzip",
  );

test("a bundle is named after tenant, schema version and the time it was taken at", () => {
  expect(named("acme", "20240301120000")).toBe("acme-20240301120000-20250203T040506Z.tar.gz");
  expect(bundleName(SAMPLE_MANIFEST, "zstd")).toBe("acme-20240301120000-20250203T040506Z.tar.zst");
});

test("what is missing has a word, what is unsafe is replaced", () => {
  expect(named(null, null)).toBe("17-unversioned-20250203T040506Z.tar.gz");
  expect(named("../../etc/passwd", "V1.2")).toBe("etc-passwd-V1.2-20250203T040506Z.tar.gz");
  expect(named("Kör & Co", "1")).toBe("Kor-Co-1-20250203T040506Z.tar.gz");
  expect(named("日本", "1")).toMatch(/^tenant-1-/);
});

test("any slug and version give a name that is safe everywhere", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (slug, version) => {
      expect(named(slug, version)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,150}\.tar\.gz$/);
    }),
  );
});

test("a file's name tells its compression", () => {
  expect(compressionOfName("a.tar.gz")).toBe("gzip");
  expect(compressionOfName("A.TGZ")).toBe("gzip");
  expect(compressionOfName("a.tar.zst")).toBe("zstd");
  expect(compressionOfName("a.zip")).toBeNull();
  expect([compressionOfName("a.tar.gz.age"), compressionOfName("a.tar.zst.AGE")]).toEqual(["gzip", "zstd"]);
  expect(compressionOfName("a.age")).toBeNull();
});

test("a name says whether the file is encrypted, and what it ends with", () => {
  expect(bundleName(SAMPLE_MANIFEST, "zstd", true)).toBe("acme-20240301120000-20250203T040506Z.tar.zst.age");
  expect([isEncryptedName("a.tar.gz"), isEncryptedName("a.tar.gz.age")]).toEqual([false, true]);
  expect(["a.tar.gz", "a.tar.zst", "a.tgz.age"].map(suffixOfName)).toEqual([
    ".tar.gz",
    ".tar.zst",
    ".tar.gz.age",
  ]);
});

test("an uploaded file keeps what is safe of its name, says what it is, and is called like no other", () => {
  const id = "0190b2c4-0000-7000-8000-0000deadbeef";
  expect(uploadName("acme-1-2025.tar.gz", { compression: "gzip", encrypted: false }, id)).toBe(
    "acme-1-2025-deadbeef.tar.gz",
  );
  expect(uploadName("acme.tgz", { compression: "zstd", encrypted: false }, id)).toBe("acme-deadbeef.tar.zst");
  expect(uploadName("../../.x/Zoë (2).tar.zst.partial", { compression: "zstd", encrypted: false }, id)).toBe(
    "x-Zoe-2-deadbeef.tar.zst",
  );
  expect(uploadName("acme.tar.gz.age", { compression: "gzip", encrypted: true }, id)).toBe(
    "acme-deadbeef.tar.gz.age",
  );
  expect(uploadName("日本", { compression: "gzip", encrypted: false }, id)).toBe("upload-deadbeef.tar.gz");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      expect(uploadName(name, { compression: "gzip", encrypted: false }, id)).toMatch(
        /^[A-Za-z0-9_][A-Za-z0-9._-]{0,140}\.tar\.gz$/,
      );
    }),
  );
});
