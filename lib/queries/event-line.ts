/** One event of an operation as one line of text. Pure; what it does not know it names and does not hide. */

export interface EventLine {
  readonly id: number;
  /** ISO 8601: the line also travels as JSON. */
  readonly at: string;
  readonly type: string;
  readonly text: string;
}

interface Event {
  readonly id: number;
  readonly at: Date;
  readonly type: string;
  readonly data: unknown;
}

export function eventLine({ id, at, type, data }: Event): EventLine {
  return { id, at: at.toISOString(), type, text: textOf(type, (data ?? {}) as Record<string, unknown>) };
}

function textOf(type: string, data: Readonly<Record<string, unknown>>): string {
  switch (type) {
    case "state":
      return data.from == null
        ? `Asked for: ${words(data.to)}`
        : `${words(data.from)} → ${words(data.to)}${data.by === undefined ? "" : `, by the ${words(data.by)}`}`;
    case "step":
      return `Step ${quoted(data.title ?? data.step ?? data.name)}: ${words(data.state ?? data.to ?? data.what)}`;
    case "finding":
      return `${String(data.severity)}: ${String(data.what)} (${String(data.code)}, ${String(data.where)})`;
    case "note":
      return noteText(data);
    default:
      return `${type}: ${JSON.stringify(data)}`;
  }
}

function noteText(data: Readonly<Record<string, unknown>>): string {
  switch (data.what) {
    case "wish":
      return data.wish === null ? "The wish was taken back." : `Somebody wants it to ${words(data.wish)}.`;
    case "review":
      return data.decision === "approve" ? "A reviewer approved." : "A reviewer rejected.";
    default: {
      const { what, ...rest } = data;
      const more = Object.entries(rest).map(([name, value]) => `${name} ${words(value)}`);
      return [words(what), ...more].join(", ");
    }
  }
}

function words(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return value.replace(/_/g, " ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function quoted(value: unknown): string {
  return `“${words(value)}”`;
}
