import { Status, type Tone } from "../ui/status.tsx";
import type { Connection } from "./use-live.ts";

const LOOK: Readonly<
  Record<Connection, { readonly tone: Tone; readonly word: string; readonly means: string }>
> = {
  connecting: { tone: "idle", word: "connecting", means: "What you see is as of when the page was loaded." },
  live: { tone: "live", word: "live", means: "Pushed by the server as it happens." },
  polling: { tone: "warn", word: "polling", means: "No stream gets through; asked for every few seconds." },
  offline: {
    tone: "bad",
    word: "offline",
    means: "The server is not heard; what you see is old. Tried again.",
  },
  over: { tone: "idle", word: "over", means: "Nothing more happens of itself." },
};

/** How the page hears of the run. Without scripts it does not: the page is as of its loading. */
export function ConnectionWord({ connection }: { readonly connection: Connection }) {
  const { tone, word, means } = LOOK[connection];
  return (
    <span title={means}>
      <Status tone={tone}>{word}</Status>
    </span>
  );
}
