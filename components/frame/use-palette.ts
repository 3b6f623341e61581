"use client";
import { useEffect, useState } from "react";
import type { PaletteView } from "../../lib/queries/palette.ts";
import { links } from "../links.ts";

const NOTHING: PaletteView = { tenants: [], operations: [] };
/** A pause in typing; each question costs the server two small queries. */
const PAUSE_MS = 120;

/** What the server finds for a text; null while it looks. A newer question ends the older one. */
export function usePalette(text: string): PaletteView | null {
  const [found, setFound] = useState<PaletteView | null>(NOTHING);
  const wanted = text.trim();
  useEffect(() => {
    if (wanted === "") {
      setFound(NOTHING);
      return;
    }
    const abort = new AbortController();
    setFound(null);
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(links.palette(wanted), { signal: abort.signal });
        setFound(answer.ok ? ((await answer.json()) as PaletteView) : NOTHING);
      } catch {
        // Ended by a newer question, or the network is away: the pages are still there to go to.
        if (!abort.signal.aborted) setFound(NOTHING);
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [wanted]);
  return found;
}
