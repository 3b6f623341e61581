import type { Metadata } from "next";
import { EmptyState } from "../../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { Deliveries } from "../../../../components/webhook/deliveries.tsx";
import { NewWebhook } from "../../../../components/webhook/new-webhook.tsx";
import { WebhookList } from "../../../../components/webhook/webhook-list.tsx";
import { WEBHOOK_EVENTS } from "../../../../lib/operations/webhooks/events.ts";
import { listWebhooks } from "../../../../lib/queries/webhooks.ts";
import { loadView } from "../../load-view.ts";

export const metadata: Metadata = { title: "Webhooks" };

/** Who is told outside of what happens, and what became of it. */
export default async function WebhooksPage() {
  const { view } = await loadView(listWebhooks);
  return (
    <>
      <PageHeader title="Webhooks">
        Addresses that hear of reviews and outcomes: ids and states, no name of a tenant or person.
      </PageHeader>
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid min-w-0 gap-3">
          <Panel title="Webhooks" flush>
            {view.hooks.length === 0 ? (
              <EmptyState title="None yet">
                Nobody outside is told of anything. Add one beside this.
              </EmptyState>
            ) : (
              <WebhookList hooks={view.hooks} />
            )}
          </Panel>
          {view.deliveries.length > 0 && (
            <Panel title="Deliveries" flush>
              <Deliveries rows={view.deliveries} />
            </Panel>
          )}
        </div>
        <Panel title="Add a webhook">
          <NewWebhook events={WEBHOOK_EVENTS} />
        </Panel>
      </div>
    </>
  );
}
