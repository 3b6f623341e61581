import { Field } from "../../../components/ui/field.tsx";
import { Input } from "../../../components/ui/input.tsx";
import type { Finding } from "../../../lib/findings/finding.ts";
import { fieldError } from "./new/input.model.ts";

export interface PhraseFieldProps {
  readonly phrase: string;
  readonly typed: string | undefined;
  readonly findings: readonly Finding[];
}

/** What has to be typed before something is destroyed; compared on the server. */
export function PhraseField({ phrase, typed, findings }: PhraseFieldProps) {
  return (
    <Field
      name="phrase"
      label={
        <>
          Type <code>{phrase}</code>
        </>
      }
      hint="Spaces inside the number do not matter."
      error={fieldError(findings, "phrase")}
      required
    >
      {(control) => (
        <Input
          {...control}
          maxLength={1000}
          defaultValue={typed}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="font-mono"
        />
      )}
    </Field>
  );
}
