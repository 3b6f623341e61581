/** Why an upload is not taken in, in sentences for the person who sent it. */
import type { Finding } from "../../findings/finding.ts";

const FILE = "the file";

export function uploadTooLarge(limit: number): Finding {
  return finding(
    "upload-too-large",
    `The file is larger than the ${inUnits(limit)} that an upload may have here.`,
    "Raise TENANTRY_UPLOAD_LIMIT, or import the file with the command line on the machine where it lies.",
  );
}

/** @param limit at the same time, of one person */
export function tooManyUploads(limit: number): Finding {
  return finding(
    "uploads-at-once",
    `You have ${limit === 1 ? "an upload" : `${limit} uploads`} under way, which is as many as one person may.`,
    "Wait for one to end, or stop it; an admin can change the limit under Settings, Policies.",
  );
}

/** @param limit bytes within a day, of one person */
export function uploadsOfTheDay(limit: number): Finding {
  return finding(
    "uploads-of-the-day",
    `With this file, and what else is under way, you would have uploaded more than the ${inUnits(limit)} that one person may within a day.`,
    "Try again when what is under way has ended, or tomorrow; an admin can change the limit under Settings, Policies.",
  );
}

export function uploadStalled(seconds: number): Finding {
  return finding(
    "upload-stalled",
    `Nothing came for ${seconds} seconds.`,
    "Look at the connection, then upload the file again.",
  );
}

export function uploadBrokeOff(): Finding {
  return finding(
    "upload-broke-off",
    "The upload broke off before the file was there.",
    "Upload it again; nothing of it was kept.",
  );
}

export function uploadNotAllowedAnyMore(): Finding {
  return finding(
    "upload-not-allowed",
    "You were signed out, or may not upload bundles any more.",
    "Sign in again, or ask an admin.",
  );
}

export function noFile(): Finding {
  return finding("upload-without-file", "No file was sent.", "Choose a bundle's file, then upload it.");
}

export function platformUnknown(where: string): Finding {
  return {
    ...finding("platform-unknown", "There is no such platform.", "Choose one of the registered platforms."),
    where,
  };
}

/** @param registered whether the bundle's own platform is registered here */
export function otherPlatform(ofBundle: string, chosen: string, registered: boolean): Finding {
  return finding(
    "bundle-of-another-platform",
    `This is a bundle of the platform “${ofBundle}”, not of ${chosen}.`,
    registered
      ? `Choose ${ofBundle}, then upload it again.`
      : `Register the platform “${ofBundle}” first, or fetch a bundle of ${chosen}.`,
  );
}

export function alreadyKnown(name: string): Finding {
  return {
    ...finding(
      "bundle-known",
      "The console has this very file already.",
      "Use the bundle that is there; nothing was added.",
    ),
    where: name,
  };
}

function finding(code: string, what: string, todo: string): Finding {
  return { code, severity: "blocks", where: FILE, what, todo };
}

function inUnits(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 2 ** (10 * power)).toFixed(1))} ${units[power]}`;
}
