import { redirect } from "next/navigation";
import { links } from "../../../components/links.ts";
import { requirePermission } from "../../../lib/access/session.ts";

/** Settings begin with people, for those who manage them. */
export default async function SettingsPage() {
  const actor = await requirePermission("see");
  redirect(actor.permissions.has("manage:people") ? links.people() : links.policies());
}
