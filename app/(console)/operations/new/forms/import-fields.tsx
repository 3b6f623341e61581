import { Banner } from "../../../../../components/ui/banner.tsx";
import { Checkbox } from "../../../../../components/ui/checkbox.tsx";
import { Field } from "../../../../../components/ui/field.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { isTicked } from "../../../../../components/ui/typed.model.ts";
import { rolesWith } from "../../../../../lib/access/permissions.ts";
import type { BundleSubject } from "../../../../../lib/queries/new-operation-bundle.ts";
import { DOMAIN_FIELD, fieldError } from "../input.model.ts";
import { BundleFacts } from "./bundle-facts.tsx";
import { DatabaseField } from "./database-field.tsx";
import type { FormFieldsProps } from "./form-fields.ts";

/** Import: the bundle, where to, with which ids, and what is called otherwise there. */
export function ImportFields(props: FormFieldsProps) {
  const { view, values, findings } = props;
  const bundle = view.bundle!;
  const ids = values.ids ?? "fresh";
  return (
    <>
      <BundleFacts bundle={bundle} />
      <DatabaseField {...props} />
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">Identifiers</legend>
        <Checkbox
          radio
          name="ids"
          value="fresh"
          defaultChecked={ids === "fresh"}
          label="Fresh: a new tenant"
          hint="Every generated id is made anew; the original may live in the same database."
        />
        <Checkbox
          radio
          name="ids"
          value="kept"
          defaultChecked={ids === "kept"}
          label="Kept: the same tenant, restored"
          hint="Only where the original is not there any more."
        />
      </fieldset>
      <Field
        name="newSlug"
        label="New slug"
        hint={`Left empty, it stays “${bundle.tenant.slug ?? "as it is"}”. Taken where the original lives.`}
        error={fieldError(findings, "newSlug")}
      >
        {(control) => (
          <Input
            {...control}
            maxLength={200}
            defaultValue={values.newSlug}
            autoComplete="off"
            className="font-mono"
          />
        )}
      </Field>
      <AcceptSignature bundle={bundle} values={values} />
      <NewDomains domains={bundle.tenant.domains} {...props} />
      <details open={(values.newKey ?? "") !== "" || fieldError(findings, "newKey") !== undefined}>
        <summary className="text-ink-soft">New tenant key, where people choose it</summary>
        <Field
          name="newKey"
          label="New key"
          className="mt-2"
          hint="Leave it empty where the platform makes its own."
          error={fieldError(findings, "newKey")}
        >
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              defaultValue={values.newKey}
              autoComplete="off"
              className="font-mono"
            />
          )}
        </Field>
      </details>
    </>
  );
}

/** Only where no trusted key vouches for the bundle. Whether this person may say so, the plan answers. */
function AcceptSignature({
  bundle,
  values,
}: Pick<FormFieldsProps, "values"> & { readonly bundle: BundleSubject }) {
  if (bundle.state !== "ready" || bundle.signature === "trusted") return null;
  return (
    <div className="flex flex-col gap-2">
      <Banner tone="warn">
        No key that is trusted here has signed this bundle: its seal proves that it is whole, not who made it.
      </Banner>
      <Checkbox
        name="acceptSignature"
        defaultChecked={isTicked(values, "acceptSignature")}
        label="Import it all the same; I know where it comes from"
        hint={`Only ${rolesWith("accept:signature").join(" or ")} may say so. The reviewer sees it.`}
      />
    </div>
  );
}

function NewDomains({
  domains,
  values,
  findings,
}: FormFieldsProps & { readonly domains: readonly string[] }) {
  if (domains.length === 0) return null;
  const taken = findings.find((finding) => finding.code === "domain-taken");
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">New domains</legend>
      <p className="text-ink-soft">
        A domain exists once among all tenants. One that is left empty stays as it is.
      </p>
      {taken !== undefined && <p className="text-bad">{taken.what}</p>}
      {domains.map((domain) => (
        <Field
          key={domain}
          name={`${DOMAIN_FIELD}${domain}`}
          label={<code>{domain}</code>}
          error={fieldError(findings, `${DOMAIN_FIELD}${domain}`)}
        >
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              defaultValue={values[`${DOMAIN_FIELD}${domain}`]}
              autoComplete="off"
              className="font-mono"
            />
          )}
        </Field>
      ))}
    </fieldset>
  );
}
