export const dynamic = "force-dynamic";

/** The process is there. */
export function GET(): Response {
  return new Response("ok\n", { headers: { "Cache-Control": "no-store" } });
}
