/**
 * S3 servers for tests, each a process of its own: s3rver, which comes with the development's packages, and moto where
 * the machine has it (it knows how to give uploads up and to list them, s3rver does not). In front stands a proxy that
 * breaks what a test wants broken.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { S3Config } from "../stores/s3/bucket.ts";

export interface S3Server {
  readonly name: string;
  readonly config: S3Config;
  /** Whether it gives uploads up, lists those that nobody has, and copies parts. */
  readonly knowsUploads: boolean;
  /** What becomes of requests: asked once for each; null lets it through. */
  breaks(how: ((method: string, url: string) => "cut request" | "cut answer" | null) | null): void;
  stop(): Promise<void>;
}

const BUCKET = "bundles";
const S3RVER = fileURLToPath(new URL("../../../node_modules/s3rver/bin/s3rver.js", import.meta.url));

interface Program {
  readonly command: string;
  readonly args: (folder: string, port: number) => readonly string[];
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly knowsUploads: boolean;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  s3rver: {
    command: process.execPath,
    args: (folder, port) => [S3RVER, "-s", "-d", folder, "-a", "127.0.0.1", "-p", String(port)],
    keys: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    knowsUploads: false,
  },
  moto: {
    command: "python3",
    args: (_folder, port) => ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
    keys: { accessKeyId: "moto", secretAccessKey: "moto" },
    knowsUploads: true,
  },
};

/** Those that can be started here; the first always. */
export function s3Servers(): string[] {
  const moto = spawnSync("python3", ["-c", "import moto.server"]).status === 0;
  return moto ? ["s3rver", "moto"] : ["s3rver"];
}

export async function startS3Server(name: string): Promise<S3Server> {
  const program = PROGRAMS[name]!;
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "tenantry-s3-"));
  const child = spawn(program.command, program.args(folder, port), { stdio: "ignore" });
  await untilListening(child, port);
  let breaking: Parameters<S3Server["breaks"]>[0] = null;
  const proxy = await startProxy(port, (method, url) => breaking?.(method, url) ?? null);
  const config: S3Config = {
    bucket: BUCKET,
    prefix: "tenantry/",
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    forcePathStyle: true,
    credentials: program.keys,
  };
  await makeBucket(config);
  return {
    name,
    config,
    knowsUploads: program.knowsUploads,
    breaks(how) {
      breaking = how;
    },
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeBucket({ bucket, prefix: _, ...config }: S3Config): Promise<void> {
  const { CreateBucketCommand, S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client(config);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
}

type Breaking = (method: string, url: string) => "cut request" | "cut answer" | null;

async function startProxy(port: number, breaking: Breaking): Promise<Server> {
  const proxy = createServer((incoming, answer) => {
    const { method = "GET", url = "/", headers } = incoming;
    const how = breaking(method, url);
    if (how === "cut request") return void incoming.socket.destroy();
    const onwards = request({ host: "127.0.0.1", port, method, path: url, headers }, (got) => {
      if (how === "cut answer") {
        // The server has done it, and nobody hears of it, or half of it.
        got.once("data", (chunk: Buffer) => {
          answer.writeHead(got.statusCode ?? 500, got.headers);
          answer.write(chunk.subarray(0, chunk.length >> 1), () => incoming.socket.destroy());
        });
        got.once("end", () => incoming.socket.destroy());
        return;
      }
      answer.writeHead(got.statusCode ?? 500, got.headers);
      got.pipe(answer);
    });
    onwards.on("error", () => incoming.socket.destroy());
    incoming.pipe(onwards);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return proxy;
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, "127.0.0.1");
    const listening = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (listening) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the S3 server ended before it listened");
}
