import type { Metadata } from "next";
import { EncryptionKeys } from "../../../../components/keys/encryption-keys.tsx";
import { KeyList } from "../../../../components/keys/key-list.tsx";
import { RotateKey } from "../../../../components/keys/rotate-key.tsx";
import { TrustKey } from "../../../../components/keys/trust-key.tsx";
import { EmptyState } from "../../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { listEncryptionKeys } from "../../../../lib/queries/encryption-keys.ts";
import { listKeys } from "../../../../lib/queries/signing-keys.ts";
import { loadView } from "../../load-view.ts";

export const metadata: Metadata = { title: "Signing keys" };

/** Whose signatures on bundles count. */
export default async function KeysPage() {
  const { view } = await loadView(async (console, actor) => ({
    ...(await listKeys(console, actor)),
    platforms: await listEncryptionKeys(console, actor),
  }));
  return (
    <>
      <PageHeader title="Signing keys">
        A bundle's signature says whose it is. Those of trusted keys count; an unknown one is warned of, a
        distrusted one is not imported. A platform's encryption key opens its encrypted bundles.
      </PageHeader>
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid gap-3">
          <Panel title="Keys" flush>
            {view.keys.length === 0 ? (
              <EmptyState title="No key yet">
                Bundles that are made here are not signed until there is one.
              </EmptyState>
            ) : (
              <KeyList keys={view.keys} mayChange={view.mayChange} />
            )}
          </Panel>
          <Panel title="Encryption keys" flush>
            <EncryptionKeys platforms={view.platforms} mayChange={view.mayChange} />
          </Panel>
        </div>
        {view.mayChange && (
          <div className="grid gap-3">
            <Panel title="Make a new signing key">
              <RotateKey />
            </Panel>
            <Panel title="Trust somebody else's key">
              <TrustKey />
            </Panel>
          </div>
        )}
      </div>
    </>
  );
}
