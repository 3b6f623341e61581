"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { webhookAction } from "../../app/(console)/settings/webhooks/actions.ts";
import type { DeliveryView } from "../../lib/queries/webhooks.ts";
import { links } from "../links.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Link } from "../ui/link.tsx";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { Age } from "../ui/time.tsx";
import { deliveryLook } from "./webhook.model.ts";

/** What was sent where, and what became of it; the latest first. */
export function Deliveries({ rows }: { readonly rows: readonly DeliveryView[] }) {
  const [state, action] = useActionState(webhookAction, NOTHING_DONE);
  return (
    <>
      <SettingsOutcome state={state} />
      <Table label="Deliveries">
        <TableHead>
          <Th>When</Th>
          <Th>Webhook</Th>
          <Th>Event</Th>
          <Th>State</Th>
          <Th>Answer</Th>
          <Th numeric>Tries</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </TableHead>
        <TableBody>
          {rows.map((row) => {
            const { tone, word } = deliveryLook(row);
            return (
              <TableRow key={row.id}>
                <Td className="whitespace-nowrap">
                  <Age at={row.createdAt} />
                </Td>
                <Td>{row.webhook}</Td>
                <Td className="whitespace-nowrap">
                  {row.operationId === null ? (
                    row.event
                  ) : (
                    <Link href={links.operation(row.operationId)} className="link">
                      {row.event}
                    </Link>
                  )}
                </Td>
                <Td>
                  <Status tone={tone}>{word}</Status>
                </Td>
                <Td className="whitespace-nowrap text-ink-soft">
                  {row.lastStatus}
                  {row.state === "waiting" && row.tries > 0 && row.nextTryAt !== null && (
                    <>
                      , next <Age at={row.nextTryAt} />
                    </>
                  )}
                </Td>
                <Td numeric>{row.tries}</Td>
                <Td>
                  {row.state !== "waiting" && (
                    <form action={action}>
                      <input type="hidden" name="deliveryId" value={row.id} />
                      <SubmitButton name="act" value="again" variant="ghost" size="sm">
                        Send again
                        <span className="sr-only">
                          : {row.event} to {row.webhook}
                        </span>
                      </SubmitButton>
                    </form>
                  )}
                </Td>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </>
  );
}
