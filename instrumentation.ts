import type { Instrumentation } from "next";

/** Once at the start of a web process, before its first request: what is missing from the environment is said now. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { prepareWeb } = await import("./lib/operations/telemetry/prepare-web.ts");
  prepareWeb();
  const { allowLongRequests } = await import("./lib/operations/uploads/long-requests.ts");
  allowLongRequests();
}

/** A request that failed: its route and the error's name and code, none of its values. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { webTelemetry } = await import("./lib/operations/telemetry/web.ts");
  const { failureFacts } = await import("./lib/operations/telemetry/failures.ts");
  webTelemetry().log("error", "request.failed", {
    method: request.method,
    route: context.routePath,
    ...failureFacts(error),
  });
};
