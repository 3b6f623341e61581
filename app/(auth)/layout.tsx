import type { ReactNode } from "react";

/** One form on a page of its own. */
export default function AuthLayout({ children }: { readonly children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-4 px-4 py-10">
      <p className="font-semibold">Tenantry</p>
      {children}
    </main>
  );
}
