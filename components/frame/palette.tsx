"use client";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import type { PaletteView } from "../../lib/queries/palette.ts";
import { links } from "../links.ts";
import { kindTitle } from "../operation/operation-state.model.ts";
import { OperationStatus } from "../operation/operation-status.tsx";
import { TenantStatus } from "../tenant/tenant-status.tsx";
import { Button } from "../ui/button.tsx";
import { DIALOG_BOX, OVERLAY } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { elideMiddle } from "../ui/quantities.ts";
import { matchPages, palettePages } from "./palette.model.ts";
import { usePalette } from "./use-palette.ts";
import { usePlatform } from "./use-platform.ts";

/** Opens it, from wherever. */
export const OPEN_PALETTE = "tenantry:palette";

export interface PaletteProps {
  readonly platforms: readonly string[];
  readonly managesPeople: boolean;
  readonly remembered: string | undefined;
}

/** Ctrl-K: tenants, operations and pages by a few letters. */
export function Palette({ platforms, managesPeople, remembered }: PaletteProps) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onOpen = () => setOpen(true);
    window.addEventListener(OPEN_PALETTE, onOpen);
    return () => window.removeEventListener(OPEN_PALETTE, onOpen);
  }, []);
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>
        <Button variant="ghost" size="sm" className="needs-script text-ink-soft" aria-label="Find: Ctrl-K">
          <Search aria-hidden />
          <span className="hidden sm:inline-flex">
            <Kbd>Ctrl-K</Kbd>
          </span>
        </Button>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className={OVERLAY} />
        <Radix.Content className={DIALOG_BOX} aria-describedby={undefined}>
          <Radix.Title className="sr-only">Find</Radix.Title>
          <Finder
            platforms={platforms}
            managesPeople={managesPeople}
            remembered={remembered}
            close={() => setOpen(false)}
          />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Finder({
  platforms,
  managesPeople,
  remembered,
  close,
}: PaletteProps & { readonly close: () => void }) {
  const router = useRouter();
  const platform = usePlatform(platforms, remembered);
  const [text, setText] = useState("");
  const found = usePalette(text);
  const go = (href: string) => {
    close();
    router.push(href);
  };
  const pages = matchPages(palettePages(platform, platforms, managesPeople), text);
  return (
    <Command shouldFilter={false} loop label="Find">
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="A tenant, an operation's id, a page…"
        className="h-10 w-full border-b bg-surface px-3 text-base outline-none"
      />
      <Command.List className="max-h-[55vh] overflow-y-auto p-1">
        <Command.Empty className="px-2 py-4 text-ink-soft">
          {found === null ? "Looking…" : "Nothing is called so. Tenants are found by slug, name or key."}
        </Command.Empty>
        <Tenants found={found} go={go} />
        <Operations found={found} go={go} />
        {pages.length > 0 && (
          <Group heading="Pages">
            {pages.map((page) => (
              <Entry key={page.href} id={page.href} go={go}>
                {page.title}
              </Entry>
            ))}
          </Group>
        )}
      </Command.List>
    </Command>
  );
}

interface FoundProps {
  readonly found: PaletteView | null;
  readonly go: (href: string) => void;
}

function Tenants({ found, go }: FoundProps) {
  if (found === null || found.tenants.length === 0) return null;
  return (
    <Group heading="Tenants">
      {found.tenants.map((tenant) => (
        <Entry
          key={`${tenant.platform} ${tenant.database} ${tenant.key}`}
          id={links.tenant(tenant.platform, tenant.key, { database: tenant.database })}
          go={go}
        >
          <span className="min-w-0 flex-1 truncate">
            {tenant.name ?? tenant.slug ?? tenant.key}{" "}
            <span className="text-ink-soft">
              {tenant.slug} · {tenant.database}
            </span>
          </span>
          <TenantStatus state={tenant.state} />
        </Entry>
      ))}
    </Group>
  );
}

function Operations({ found, go }: FoundProps) {
  if (found === null || found.operations.length === 0) return null;
  return (
    <Group heading="Operations">
      {found.operations.map((operation) => (
        <Entry key={operation.id} id={links.operation(operation.id)} go={go}>
          <span className="min-w-0 flex-1 truncate">
            {kindTitle(operation.kind)} {operation.tenant}{" "}
            <code className="text-ink-soft">{elideMiddle(operation.id)}</code>
          </span>
          <OperationStatus state={operation.state} />
        </Entry>
      ))}
    </Group>
  );
}

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-soft"
    >
      {children}
    </Command.Group>
  );
}

interface EntryProps {
  /** Where it leads; also what tells it from the others. */
  readonly id: string;
  readonly go: (href: string) => void;
  readonly children: ReactNode;
}

function Entry({ id, go, children }: EntryProps) {
  return (
    <Command.Item
      value={id}
      onSelect={() => go(id)}
      className="flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 data-[selected=true]:bg-accent-soft"
    >
      {children}
    </Command.Item>
  );
}
