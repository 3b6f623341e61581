/** What registering, saving and deregistering refuse with. */
import type { Finding } from "../../findings/finding.ts";

const blocking = (code: string, where: string, what: string, todo: string): Finding => ({
  code,
  severity: "blocks",
  where,
  what,
  todo,
});

export function platformNameTaken(name: string): Finding {
  return blocking(
    "platform-name-taken",
    name,
    `A platform called ${name} is registered already.`,
    "Add databases to that one, or change `platform:` in the file.",
  );
}

export function platformNameReserved(name: string): Finding {
  return blocking(
    "platform-name-reserved",
    name,
    `A platform cannot be called ${name}: the console keeps this name for itself.`,
    "Change `platform:` in the file.",
  );
}

/** @param whom `eu-1 of harbor` */
export function alreadyRegistered(endpoint: string, whom: string): Finding {
  return blocking(
    "database-already-registered",
    endpoint,
    `This database is registered already, as ${whom}.`,
    "Give the address of another database, or remove that one first.",
  );
}

export function databaseNameTaken(name: string): Finding {
  return blocking(
    "database-name-taken",
    name === "" ? "database" : name,
    name === "" ? "A database has no name." : `The platform has a database called ${name} already.`,
    "Give each database a name of its own.",
  );
}

export function platformNotThere(): Finding {
  return blocking(
    "platform-not-found",
    "platform",
    "There is no such platform, or it is not registered any more.",
    "Look at the list of platforms.",
  );
}

export function operationsActive(count: number): Finding {
  return {
    ...blocking(
      "operations-active",
      "platform",
      `${count === 1 ? "An operation is" : `${count} operations are`} under way there.`,
      "Let them end, abort or withdraw them; one whose outcome is unknown is reconciled first.",
    ),
    count,
  };
}

export function fileChangedMeanwhile(): Finding {
  return blocking(
    "platform-file-changed-meanwhile",
    "platform file",
    "Somebody else has saved another version since you opened the page.",
    "Look at the version in force and save your change again if it is still right.",
  );
}

export function otherPlatformName(name: string): Finding {
  return blocking(
    "platform-name-differs",
    "platform",
    `The file is of another platform: this one is called ${name}.`,
    "Keep the name under `platform:`; bundles are recognised by it.",
  );
}

export function anotherDatabase(endpoint: string, name: string): Finding {
  return blocking(
    "another-database",
    endpoint,
    `These credentials lead to another database than the one that ${name} has been.`,
    "Register that one as a database of its own, and remove this one when nothing needs it.",
  );
}
