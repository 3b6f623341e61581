/** Who registers what, with which parts of the console. */
import type { Actor } from "../../access/actor.ts";
import type { AuditActor } from "../../records/audit.ts";
import type { Console } from "../console.ts";

export interface NewDatabase {
  /** As people call it: `eu-1`. */
  readonly name: string;
  readonly region?: string | null;
  readonly runnerUrl: string;
  /** With rights to read only; the runner's where there is none, and then its sessions are read-only. */
  readonly plannerUrl?: string | null;
}

/** Who registers: a person, or the first start itself. */
export type Registering = AuditActor & Pick<Actor, "permissions">;

/** What registering needs of the console. */
export type Registrar = Pick<Console, "records" | "secrets">;
