/** To whom an export is encrypted: nobody, or this platform, which has to read it later, and whoever else is named. */
import { isRecipient } from "../../bundle/encryption/keys.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import type { Finding } from "../../findings/finding.ts";
import { platformRecipient } from "../encryption/keys.ts";

export interface Recipients {
  /** The platform's first; empty where the file is not encrypted. */
  readonly recipients: readonly string[];
  readonly findings: readonly Finding[];
}

/** They belong to the plan: whoever looks at it sees who will be able to open the file. */
export async function recipientsOf(
  { records, platform }: Pick<PlanContext, "records" | "platform">,
  input: { readonly encrypted: boolean; readonly recipients: readonly string[] },
): Promise<Recipients> {
  if (!input.encrypted && input.recipients.length === 0) return { recipients: [], findings: [] };
  const own = await platformRecipient(records, platform.id);
  if (own === null) return { recipients: [], findings: [noKey(platform.name)] };
  const wrong: string[] = [];
  for (const recipient of input.recipients) if (!(await isRecipient(recipient))) wrong.push(recipient);
  const others = input.recipients.filter((recipient) => recipient !== own);
  return { recipients: [own, ...others], findings: [encrypted(others.length), ...wrong.map(mistyped)] };
}

/** Its plan and its review say what follows. */
function encrypted(others: number): Finding {
  const also = others === 0 ? "" : ` and for ${others === 1 ? "one other" : `${others} others`}`;
  return {
    code: "bundle-will-be-encrypted",
    severity: "notes",
    where: "recipients",
    what: `The file opens for this platform${also}, and for nobody else. No offset index exists over an encrypted file: its rows are looked up from its start.`,
  };
}

function mistyped(recipient: string): Finding {
  return {
    code: "recipient-invalid",
    severity: "blocks",
    where: "recipients",
    what: `${recipient} is no age recipient: its checksum does not fit.`,
    todo: "Copy it once more from whom it belongs to.",
  };
}

function noKey(where: string): Finding {
  return {
    code: "encryption-key-missing",
    severity: "blocks",
    where,
    what: "This platform has no key to encrypt with.",
    todo: "An admin makes one under Settings, Encryption keys.",
  };
}
