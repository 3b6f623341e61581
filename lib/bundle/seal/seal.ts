/** The seal: all that is only known at the end, as the payload of a signed envelope. */
import type { KeyObject } from "node:crypto";
import { canonicalJson } from "../../canonical/json.ts";
import type { BundleLimits } from "../limits.ts";
import { FORMAT_VERSION, type Seal, sealSchema } from "../manifest.ts";
import { SEAL_NAME } from "../members.ts";
import { readCanonicalJson } from "../strict-json.ts";
import type { Tally } from "../tally.ts";
import { decodeEnvelope, type Envelope, encodeEnvelope } from "./envelope.ts";

/** The seal over what has passed. `finishedAt` is the only thing in it that is not computed from the members. */
export function sealOf(tally: Tally, finishedAt: Date): Seal {
  return {
    format: FORMAT_VERSION,
    members: [...tally.members],
    tables: tally.tables(),
    totals: tally.totals(),
    finishedAt: finishedAt.toISOString(),
  };
}

/** `seal.json`, signed where there is a key. */
export function encodeSeal(seal: Seal, signKey?: KeyObject): Buffer {
  return encodeEnvelope(Buffer.from(canonicalJson(seal), "utf8"), signKey);
}

/** Refuses `bundle-json` and `bundle-shape`. Proves nothing: the reader compares, and checks the signatures. */
export function decodeSeal(bytes: Buffer, limits: BundleLimits): { seal: Seal; envelope: Envelope } {
  const envelope = decodeEnvelope(bytes, limits);
  const seal = readCanonicalJson(SEAL_NAME, envelope.payload, sealSchema, limits);
  return { seal, envelope };
}
