/** What a posted upload is answered, without Next: who asks, from where, and then the file itself. */
import type { UploadAnswer } from "../../../../components/bundle/upload.model.ts";
import { links } from "../../../../components/links.ts";
import { actorOf, type SessionState } from "../../../../lib/access/actor-of.ts";
import { fromOwnPage } from "../../../../lib/access/same-origin.ts";
import type { Finding } from "../../../../lib/findings/finding.ts";
import type { UploadReach } from "../../../../lib/operations/uploads/arriving.ts";
import { readFileForm } from "../../../../lib/operations/uploads/form.ts";
import { receiveUpload, type UploadResult } from "../../../../lib/operations/uploads/receive.ts";
import { noFile } from "../../../../lib/operations/uploads/refusals.ts";

const HEADERS = {
  "Cache-Control": "private, no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
};

export async function answerUpload(
  console: UploadReach,
  session: SessionState,
  request: Request,
): Promise<Response> {
  const wantsJson = request.headers.get("accept")?.includes("application/json") ?? false;
  if (session.state !== "signed-in") return answer(401, wantsJson, [signInFirst()]);
  if (!fromOwnPage(request.headers)) return answer(403, wantsJson, [otherSite()]);
  const { actor, signedInAt } = session;
  const claim = { personId: actor.personId, epoch: actor.sessionEpoch, signedInAt };
  const announced = Number(request.headers.get("content-length") ?? Number.NaN);
  const result =
    request.body === null
      ? null
      : await readFileForm(
          request.body,
          request.headers.get("content-type") ?? "",
          console.config.uploadLimit,
          ({ fields, fileName, content }) =>
            receiveUpload(console, actor, {
              platformId: fields.get("platform") ?? "",
              fileName,
              content,
              announcedBytes: Number.isSafeInteger(announced) ? announced : null,
              async stillAllowed() {
                const now = await actorOf(console.records, claim);
                return now.state === "signed-in" && now.actor.permissions.has("request:import");
              },
            }),
        );
  if (result === null) return answer(400, wantsJson, [noFile()]);
  return result.ok ? led(links.bundle(result.bundleId), wantsJson) : refused(result, wantsJson);
}

function refused(result: UploadResult & { ok: false }, wantsJson: boolean): Response {
  const { status, findings, uploadId } = result;
  // Its page shows what was recorded of it.
  if (!wantsJson && uploadId !== null) return led(links.bundleUpload({ upload: uploadId }), false);
  return answer(status, wantsJson, findings);
}

function led(to: string, wantsJson: boolean): Response {
  if (wantsJson) return json(201, { to });
  return new Response(null, { status: 303, headers: { ...HEADERS, Location: to } });
}

function answer(status: number, wantsJson: boolean, findings: readonly Finding[]): Response {
  // No browser knows 499, and nobody is there to read it.
  if (wantsJson) return json(status === 499 ? 400 : status, { findings });
  const text = findings.map(({ what, todo }) => [what, todo].filter(Boolean).join(" ")).join("\n");
  return new Response(`${text}\n`, {
    status: status === 499 ? 400 : status,
    headers: { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" },
  });
}

function json(status: number, body: UploadAnswer): Response {
  return Response.json(body, { status, headers: HEADERS });
}

function signInFirst(): Finding {
  const what = "You are not signed in.";
  return {
    code: "signed-out",
    severity: "blocks",
    where: "session",
    what,
    todo: "Sign in, then upload the file again.",
  };
}

function otherSite(): Finding {
  return {
    code: "other-origin",
    severity: "blocks",
    where: "form",
    what: "This form was not sent from a page of the console.",
    todo: "Open the console's own page for uploads. A proxy in front must hand on the host that people type.",
  };
}
