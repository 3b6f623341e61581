/** The NOTIFY channel on which the records announce events of runs (drizzle/0001_guards.sql sends them). */

export const EVENT_CHANNEL = "tenantry_events";

export interface EventNotice {
  readonly operationId: string;
  readonly eventId: number;
}

/** Reads a notification's payload, `<operation id> <event id>`; null for what somebody else has sent there. */
export function parseEventNotice(payload: string | undefined): EventNotice | null {
  const match = /^([0-9a-f-]{36}) (\d{1,15})$/.exec(payload ?? "");
  return match === null ? null : { operationId: match[1]!, eventId: Number(match[2]) };
}
