/**
 * The composition root: everything that pages, actions and workers are made of, opened once a process. Nothing
 * else reads the environment for it, and nothing below knows what it is composed with.
 */
import { confirmPerson } from "../access/confirm-person.ts";
import { createSecretBox, type SecretBox } from "../access/secret-box.ts";
import { secretContext } from "../access/secret-context.ts";
import { createEngine, type Engine, type EngineParts } from "../engine/engine.ts";
import { type DriveQueue, openDriveQueue } from "../engine/queue.ts";
import { openRecords, type Records } from "../records/client.ts";
import { processRecords } from "../records/process.ts";
import { type ConsoleConfig, readConfig } from "./config.ts";
import { readableStores } from "./encryption/readable-stores.ts";
import { createRegistry } from "./registry.ts";
import { currentSigner } from "./signer.ts";
import { openStores, type Stores } from "./stores.ts";
import { webTelemetry } from "./telemetry/web.ts";
import { announce } from "./webhooks/announce.ts";
import { CALL_TIMES, type CallTimes, webhookCaller } from "./webhooks/call.ts";

export interface Console {
  readonly config: ConsoleConfig;
  readonly records: Records;
  readonly secrets: SecretBox;
  readonly stores: Stores;
  readonly engine: Engine;
  close(): Promise<void>;
}

/** What a process may bring itself: a worker its listening queue and its log, a test its crash points. */
export interface ConsoleParts
  extends Partial<Pick<EngineParts, "announce" | "log" | "observeBatch" | "sideEffect" | "times">> {
  /** Given the records; the console closes it. */
  readonly queue?: (records: Records, config: ConsoleConfig) => DriveQueue;
  /** How long finalizers are waited for. */
  readonly callTimes?: CallTimes;
  /** A pool that the process has already; else one is opened. The console closes it. */
  readonly records?: Records;
}

/**
 * Opens the console's parts. Connects at the first statement; the records must be migrated by then.
 *
 * @throws Refusal that names what the environment lacks
 */
export async function openConsole(
  env: NodeJS.ProcessEnv = process.env,
  parts: ConsoleParts = {},
): Promise<Console> {
  const config = readConfig(env);
  const { callTimes = CALL_TIMES } = parts;
  const secrets = createSecretBox(config.secretKeys);
  const records = parts.records ?? openRecords(config.recordsUrl);
  const stores = readableStores(openStores(config), records, secrets);
  const queue = parts.queue?.(records, config) ?? openDriveQueue(records);
  const engine = createEngine({
    announce: parts.announce ?? ((tx, announcement) => announce(tx, queue, announcement)),
    log: parts.log,
    observeBatch: parts.observeBatch,
    sideEffect: parts.sideEffect,
    times: parts.times,
    records,
    registry: createRegistry(config, {
      callWebhook: webhookCaller({ records, secrets, config }, callTimes),
      callTimes,
    }),
    queue,
    connectionStrings: (database) => ({
      planner: secrets.open(database.plannerUrl, secretContext.plannerUrl(database.id)),
      runner: secrets.open(database.runnerUrl, secretContext.runnerUrl(database.id)),
    }),
    store: (id) => stores.get(id),
    signer: () => currentSigner(records, secrets),
    confirmPerson: (personId, proof) => confirmPerson(records, personId, proof),
  });
  return {
    config,
    records,
    secrets,
    stores,
    engine,
    async close() {
      await queue.close();
      await records.close();
    },
  };
}

const CACHE = Symbol.for("tenantry.console");

/** The process's one console, for pages and actions: Next loads modules more than once, the process has one of these. */
export function getConsole(): Promise<Console> {
  const holder = globalThis as { [CACHE]?: Promise<Console> };
  const { log } = webTelemetry();
  holder[CACHE] ??= openConsole(process.env, { records: processRecords(), log }).catch((error: unknown) => {
    delete holder[CACHE];
    throw error;
  });
  return holder[CACHE];
}
