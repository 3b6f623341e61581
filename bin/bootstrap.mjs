/**
 * The one door that every npm script goes through: `node bin/bootstrap.mjs <script.ts> [arguments]`.
 * Makes sure that the packages are installed and that a Node runs which can read TypeScript, then runs the
 * script. Plain JavaScript for Node 18 and newer, without packages: on a fresh clone there is nothing else.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const VAR = join(ROOT, "var");
/** Installed where the machine's own Node is older than NEEDED (major, minor): that one strips types by itself. */
const NODE = "24.21.0";
const NEEDED = [22, 18];

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail("Usage: node bin/bootstrap.mjs <script.ts> [arguments]");
const target = resolve(ROOT, script);

if (!packagesAreInstalled()) {
  await alone("packages", () => {
    if (packagesAreInstalled()) return;
    say("Installing the packages (npm ci) …");
    npm(["ci", "--include=dev", "--include=optional"], ROOT);
  });
}

if (isNewEnough(process.versions.node)) {
  putFirstInPath(process.execPath);
  process.argv = [process.execPath, target, ...args];
  await import(pathToFileURL(target).href);
} else {
  goOnUnder(await newerNode());
}

/** npm writes `.package-lock.json` last: it is missing, or older than the lockfile, unless all went well. */
function packagesAreInstalled() {
  const installed = join(ROOT, "node_modules", ".package-lock.json");
  return (
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(ROOT, "package-lock.json")).mtimeMs
  );
}

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** The path of a Node that is new enough, installed now if need be (about 190 MB). */
async function newerNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const home = join(VAR, "node", NODE);
  const node = join(home, "node_modules", name, "bin", "node");
  if (existsSync(node)) return node;
  return alone("node", () => {
    if (existsSync(node)) return node;
    say(`This is Node ${process.versions.node}; installing Node ${NODE} into var/node (190 MB, once) …`);
    const unfinished = `${home}.partial`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(join(unfinished, "package.json"), '{ "private": true }\n');
    npm(["install", "--no-save", "--no-package-lock", "--ignore-scripts", `${name}@${NODE}`], unfinished);
    const tried = spawnSync(join(unfinished, "node_modules", name, "bin", "node"), ["--version"]);
    if (tried.status !== 0)
      fail(`Node ${NODE} does not run on this machine: install Node ${NEEDED.join(".")} or newer.`);
    renameSync(unfinished, home);
    return node;
  });
}

/** Runs npm quietly; when it fails, its reason becomes one sentence. */
function npm(npmArguments, cwd) {
  const cli = process.env.npm_execpath ?? "";
  // Under another package manager npm_execpath is that one's.
  const command = /npm-cli\.[cm]?js$/.test(cli) ? [process.execPath, cli] : ["npm"];
  const env = { ...process.env, npm_config_loglevel: "error" };
  // Production leaves the development packages out, and the outer npm's idea of the project is not this folder.
  for (const name of ["NODE_ENV", "npm_config_local_prefix", "npm_config_omit", "npm_config_production"])
    delete env[name];
  const quiet = ["--no-audit", "--no-fund"];
  const done = spawnSync(command[0], [...command.slice(1), ...npmArguments, ...quiet], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.status === 0) return;
  if (done.signal !== null) process.kill(process.pid, done.signal);
  const text = `${done.error?.message ?? ""}\n${done.stderr ?? ""}`;
  if (/ENOSPC|no space left/i.test(text))
    fail("The disk is full: make room (700 MB will do), then start again.");
  if (/spawn npm ENOENT/.test(text))
    fail("There is no npm in PATH: install Node with npm, then start again.");
  if (/EBADPLATFORM|notarget|E404/i.test(text) && cwd !== ROOT) {
    fail(
      `There is no Node ${NODE} for ${process.platform}-${process.arch}: install Node ${NEEDED.join(".")} or newer.`,
    );
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(text)) {
    fail(
      "The package registry cannot be reached: check the network (or npm's proxy setting), then start again.",
    );
  }
  if (/EACCES|EPERM|EROFS/.test(text))
    fail(`npm may not write in ${cwd}: check the folder's owner, then start again.`);
  process.stderr.write(text.trimStart());
  fail(`npm ${npmArguments[0]} failed; what it said stands above.`);
}

/** Runs `work` while no other start does the same: the second one waits, and finds the work done. */
async function alone(name, work) {
  try {
    mkdirSync(VAR, { recursive: true });
  } catch (error) {
    fail(`${VAR} cannot be made (${error.code}): check the clone's owner and the disk, then start again.`);
  }
  const lock = join(VAR, `${name}.lock`);
  for (let round = 0; ; round++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isAlive(lock)) rmSync(lock, { force: true });
    else {
      if (round === 0) say("Another start is installing; waiting for it …");
      await new Promise((done) => setTimeout(done, 250));
    }
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    return work();
  } finally {
    release();
    process.off("exit", release);
  }
}

function isAlive(lock) {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    // Its owner has made the file and not yet written into it.
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs < 5000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs the script under another Node: arguments, terminal, signals and exit code pass through. */
function goOnUnder(node) {
  putFirstInPath(node);
  const child = spawn(node, [...process.execArgv, target, ...args], {
    stdio: "inherit",
    env: { ...process.env, TENANTRY_WATCH_PARENT: "1" },
  });
  child.on("error", (error) => fail(`Node ${NODE} did not start: ${error.message}`));
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  // npm was killed in a way that passes no signal on.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500).unref();
  }
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

function putFirstInPath(node) {
  process.env.PATH = `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`;
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

function fail(sentence) {
  say(sentence);
  process.exit(2);
}
