"use client";
import { Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Finding } from "../../lib/findings/finding.ts";
import { links } from "../links.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { FormStatus } from "../ui/form-status.tsx";
import { Input } from "../ui/input.tsx";
import { Meter } from "../ui/meter.tsx";
import { Select } from "../ui/select.tsx";
import { beforeSending, MAGIC_BYTES, progressText, type Sent, type UploadAnswer } from "./upload.model.ts";

export interface UploadFormProps {
  readonly platforms: readonly { readonly id: string; readonly name: string }[];
  readonly limit: number;
  /** Said under the field: what an upload may have. */
  readonly hint: string;
}

/**
 * A plain form that is posted as it is where scripts do not run. Where they do, it is sent by XMLHttpRequest: `fetch`
 * tells nobody how much of a body has gone.
 */
export function UploadForm({ platforms, limit, hint }: UploadFormProps) {
  const router = useRouter();
  const request = useRef<XMLHttpRequest | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  useEffect(() => () => request.current?.abort(), []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const file = form.get("file") as File;
    const start = new Uint8Array(await file.slice(0, MAGIC_BYTES).arrayBuffer());
    const wrong = beforeSending({ name: file.name || "the file", size: file.size, start }, limit);
    setFindings(wrong);
    if (wrong.length > 0) return;
    const answer = await send(form, file.size);
    setSent(null);
    request.current = null;
    if (answer === null) return;
    if ("to" in answer) router.push(answer.to);
    else {
      setFindings(answer.findings);
      router.refresh();
    }
  }

  /** Null where the person has stopped it. */
  function send(form: FormData, size: number): Promise<UploadAnswer | null> {
    const began = performance.now();
    const xhr = new XMLHttpRequest();
    request.current = xhr;
    setSent({ bytes: 0, of: size, seconds: 0 });
    return new Promise((resolve) => {
      xhr.upload.onprogress = ({ loaded }) =>
        setSent({ bytes: Math.min(loaded, size), of: size, seconds: (performance.now() - began) / 1000 });
      xhr.onload = () => resolve((xhr.response as UploadAnswer | null) ?? { findings: [noAnswer()] });
      xhr.onerror = () => resolve({ findings: [noAnswer()] });
      xhr.onabort = () => resolve(null);
      xhr.open("POST", links.bundleUploadFile());
      xhr.responseType = "json";
      xhr.setRequestHeader("Accept", "application/json");
      xhr.send(form);
    });
  }

  return (
    <form
      action={links.bundleUploadFile()}
      method="post"
      encType="multipart/form-data"
      onSubmit={submit}
      className="flex max-w-2xl flex-col gap-3"
    >
      <Field
        name="platform"
        label="Platform"
        hint="Whose bundle it is; it is kept where that platform keeps its bundles."
      >
        {(control) => (
          <Select
            {...control}
            className="max-w-72"
            required
            disabled={sent !== null}
            choices={platforms.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </Field>
      <Field name="file" label="The bundle's file" hint={hint}>
        {(control) => (
          <Input
            {...control}
            type="file"
            required
            accept=".gz,.tgz,.zst,.tzst"
            disabled={sent !== null}
            className="h-auto py-1"
          />
        )}
      </Field>
      <FormStatus findings={findings} />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" variant="primary" disabled={sent !== null} aria-busy={sent !== null}>
          <Upload aria-hidden />
          Upload and verify
        </Button>
        {sent !== null && <Button onClick={() => request.current?.abort()}>Stop</Button>}
      </div>
      {sent !== null && (
        <div className="flex flex-col gap-1">
          <Meter label="Sent" value={sent.bytes} of={sent.of} className="h-2" />
          <p role="status" className="text-ink-soft tabular-nums">
            {progressText(sent)}
          </p>
        </div>
      )}
    </form>
  );
}

function noAnswer(): Finding {
  return {
    code: "upload-broke-off",
    severity: "blocks",
    where: "the connection",
    what: "The connection broke off before the file was there.",
    todo: "Look at the connection, then upload it again; nothing of it was kept.",
  };
}
