/** Once at the start of a web process, before its first request: what is missing from the environment is said now. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { prepareAccess } = await import("./lib/access/prepare.ts");
  prepareAccess();
  const { allowLongRequests } = await import("./lib/operations/uploads/long-requests.ts");
  allowLongRequests();
}
