/** No container engine is at hand where this is tested: the image's files are held against what they name. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./start/home.ts";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Of the Compose specification: what a file, a service, a health check may have, as far as it is used here. */
const FILE = ["services", "volumes"];
const SERVICE = [
  "build",
  "command",
  "depends_on",
  "environment",
  "healthcheck",
  "image",
  "ports",
  "restart",
  "stop_grace_period",
  "volumes",
];
const HEALTHCHECK = ["test", "interval", "timeout", "retries", "start_period"];
const CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"];

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
}

it("the Dockerfile copies what is there, and starts a script that there is", () => {
  const lines = read("Dockerfile").split("\n");
  const copied = lines
    .filter((line) => line.startsWith("COPY"))
    .flatMap((line) => line.split(" ").slice(1, -1))
    .filter((word) => !word.startsWith("--"));
  expect(copied).toEqual(["package.json", "package-lock.json", "."]);
  for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true);
  const ignored = new Set(read(".dockerignore").split("\n"));
  for (const path of ["node_modules", "var", ".git"]) expect(ignored.has(path), path).toBe(true);
  for (const [, path] of read("Dockerfile").matchAll(/node (bin\/\S+)/g))
    expect(existsSync(join(ROOT, path!)), path).toBe(true);
  const start = JSON.parse(lines.find((line) => line.startsWith("CMD"))!.slice("CMD ".length)) as string[];
  expect(start.slice(0, 2)).toEqual(["npm", "run"]);
  expect(scripts).toHaveProperty(start[2]!);
});

it("the compose file has fields of its specification, and names services, volumes and variables that there are", () => {
  const text = read("compose.yaml");
  const { services, volumes, ...others } = parse(text, { merge: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };
  expect(Object.keys(others).filter((key) => !FILE.includes(key) && !key.startsWith("x-"))).toEqual([]);
  expect(Object.keys(services)).toEqual(["records", "web", "worker"]);
  for (const [name, service] of Object.entries(services)) {
    expect(
      Object.keys(service).filter((key) => !SERVICE.includes(key)),
      name,
    ).toEqual([]);
    expect(service.build ?? service.image, name).toBeTypeOf("string");
    for (const key of Object.keys(service.healthcheck ?? {})) expect(HEALTHCHECK, name).toContain(key);
    for (const [on, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(services, name).toHaveProperty(on);
      expect(CONDITIONS, name).toContain(condition);
      if (condition === "service_healthy") expect(services[on], on).toHaveProperty("healthcheck");
    }
    for (const volume of service.volumes ?? []) expect(volumes, name).toHaveProperty(volume.split(":")[0]!);
    if (service.command !== undefined) expect(scripts, name).toHaveProperty(service.command[2]!);
  }
  const operating = read("docs/operating.md");
  const given = [services.web!, services.worker!].flatMap(({ environment = {} }) => Object.keys(environment));
  for (const variable of given.filter((each) => each !== "READY"))
    expect(operating, variable).toContain(variable);
});
