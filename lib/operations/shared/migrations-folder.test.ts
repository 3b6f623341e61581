import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { migrationsFolder } from "./migrations-folder.ts";

let base: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "migrations-folder-")));
  await mkdir(join(base, "harbor", "migrations"), { recursive: true });
  await mkdir(join(base, "quill"));
});
afterEach(() => rm(base, { recursive: true }));

const platform = (migrations: unknown, folder: string | null = null) => ({
  name: "harbor",
  folder,
  file: { migrations } as PlatformFile,
});

it("is below the platform's own folder, registered or of its name", async () => {
  const folder = join(base, "harbor", "migrations");
  expect(await migrationsFolder(base, platform("./migrations"))).toBe(folder);
  expect(await migrationsFolder(null, platform("migrations", join(base, "harbor")))).toBe(folder);
  expect(await migrationsFolder("/nowhere", platform("migrations", join(base, "harbor")))).toBe(folder);
  expect(await migrationsFolder(base, platform(folder))).toBe(folder);
  expect(await migrationsFolder(base, platform("."))).toBe(join(base, "harbor"));
  expect(await migrationsFolder(base, platform({ command: "migrate", folder: "migrations" }))).toBe(folder);
});

it("leads nowhere else, by whatever way the platform file tries", async () => {
  await symlink(join(base, "quill"), join(base, "harbor", "link"));
  for (const named of ["..", "../quill", join(base, "quill"), "/", "migrations/../../quill", "link"])
    expect(await migrationsFolder(base, platform(named)), named).toMatchObject({
      code: "migrations-outside",
    });
});

it("says what is missing", async () => {
  expect(await migrationsFolder(base, platform(undefined))).toMatchObject({ code: "migrations-not-named" });
  expect(await migrationsFolder(base, platform({ command: "migrate" }))).toMatchObject({
    code: "migrations-without-folder",
  });
  expect(await migrationsFolder(null, platform("./migrations"))).toMatchObject({
    code: "migrations-not-on-machine",
  });
  expect(await migrationsFolder(base, platform("./nowhere"))).toMatchObject({
    code: "migrations-unreadable",
  });
});
