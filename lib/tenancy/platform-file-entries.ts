/** The entries under `tables`, `columns` and `references` of the platform file, each brought to one form. */
import { z } from "zod";

const name = z.string().min(1);
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/**
 * A schema chosen by the look of the value. Unlike `z.union` it reports what is wrong with the form that was
 * meant, not that no form fits.
 */
function byLook<T>(choose: (value: unknown) => z.ZodType<T>) {
  return z.unknown().transform((value, context): T => {
    const result = choose(value).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.issues.push({ ...issue, input: value } as (typeof context.issues)[number]);
    }
    return z.NEVER;
  });
}

/** What a person says of a table. */
export interface TableAnswer {
  readonly class: "global" | "excluded" | null;
  /**
   * What a NULL tenant key means. `shared`: the row belongs to everyone. `owned`: it is there by accident; the
   * row is found by another path, or is nobody's.
   */
  readonly nullKey: "shared" | "owned" | null;
  /** The column of the owner that points at this table. */
  readonly ownedThrough: string | null;
  /** Columns to follow, one a table; the last one holds the tenant's key. */
  readonly path: readonly string[] | null;
}

const noTableAnswer: TableAnswer = { class: null, nullKey: null, ownedThrough: null, path: null };

const tableClass = z
  .enum(["global", "excluded"])
  .transform((word): TableAnswer => ({ ...noTableAnswer, class: word }));

const tableDetails = z
  .strictObject({
    null_key: z.enum(["shared", "owned"]).optional(),
    owned_through: name.optional(),
    path: z.array(name).min(1).optional(),
  })
  .refine(({ owned_through, path }) => owned_through === undefined || path === undefined, {
    message: "says both owned_through and path: one of them decides",
  })
  .transform(
    (entry): TableAnswer => ({
      class: null,
      nullKey: entry.null_key ?? null,
      ownedThrough: entry.owned_through ?? null,
      path: entry.path ?? null,
    }),
  );

export const tableEntry = byLook<TableAnswer>((value) =>
  typeof value === "object" && value !== null ? tableDetails : tableClass,
);

/** What a person says of a column. */
export interface ColumnAnswer {
  readonly class: "plain" | "personal" | "hashed" | "secret" | null;
  readonly onImport: "blank" | "regenerate" | "list" | null;
  /** How the application makes such an id: `cuid`, `inv_{base62:16}`. */
  readonly generated: string | null;
  /** Paths inside a json column that hold secrets. */
  readonly secretPaths: readonly string[];
  /**
   * Its values are encrypted with a key that is not in the database: they travel, and are worth nothing where the
   * application has another key. Left out where they are not, or only at these paths inside a json column.
   */
  readonly encrypted?: true | readonly string[];
}

const noColumnAnswer: ColumnAnswer = { class: null, onImport: null, generated: null, secretPaths: [] };

const columnClassWord = z.enum(["plain", "personal", "hashed", "secret"]);

const columnClass = columnClassWord.transform((word): ColumnAnswer => ({ ...noColumnAnswer, class: word }));

/** `uuid` is for uuids in a text column. Templates: literal text around `{alphabet:length}`. */
const generator = z
  .string()
  .regex(
    /^(?:cuid|cuid2|ulid|ksuid|uuid|nanoid(?::\d+)?|[^{}]*(?:\{(?:base62|base36|base58|base32|hex|digits):[1-9]\d*\}[^{}]*)+)$/,
    "no generator: cuid, cuid2, ulid, ksuid, nanoid, nanoid:10, uuid, or a template such as inv_{base62:16}",
  );

const columnDetails = z
  .strictObject({
    class: columnClassWord.optional(),
    on_import: z.enum(["blank", "regenerate", "list"]).optional(),
    generated: generator.optional(),
    encrypted: z.literal(true, "says true or is left out").optional(),
  })
  .refine((entry) => entry.encrypted === undefined || entry.class !== "secret", {
    message: "says encrypted and class: secret, and a secret is dropped before anybody could read it",
  })
  .refine((entry) => entry.on_import === undefined || entry.class === "secret", {
    message: "says on_import without class: secret, and only secrets are dropped",
  })
  .transform(
    (entry): ColumnAnswer => ({
      class: entry.class ?? null,
      onImport: entry.on_import ?? null,
      generated: entry.generated ?? null,
      secretPaths: [],
      ...(entry.encrypted === undefined ? {} : { encrypted: entry.encrypted }),
    }),
  );

const secretPath = z
  .string()
  .regex(
    /^\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\['(?:[^'\\]|\\.)+'\])+$/,
    "no path of keys: $.clientSecret, $.oauth.secret, $['odd key']",
  );

const columnPaths = z
  .record(secretPath, z.enum(["secret", "encrypted"], "a path is secret or encrypted"))
  .transform((paths): ColumnAnswer => {
    const those = (word: string) => Object.keys(paths).filter((path) => paths[path] === word);
    const encrypted = those("encrypted");
    return {
      ...noColumnAnswer,
      secretPaths: those("secret"),
      ...(encrypted.length === 0 ? {} : { encrypted }),
    };
  });

export const columnEntry = byLook<ColumnAnswer>((value) => {
  if (typeof value !== "object" || value === null) return columnClass;
  return Object.keys(value).some((key) => key.startsWith("$")) ? columnPaths : columnDetails;
});

/** One line under `references`: `to` is null where it says `none`, or where a pattern names the targets. */
export const referenceEntry = z
  .strictObject({
    from: name,
    to: name.optional(),
    when: z.record(name, text).optional(),
    path: z
      .string()
      .regex(
        /^\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\['(?:[^'\\]|\\.)+'\]|\[\*\])*$/,
        "no path: $.defaultProjectId, $.items[*].id",
      )
      .optional(),
    each: z.boolean().default(false),
    pattern: z.string().min(1).optional(),
  })
  .refine(({ path, each, pattern }) => path === undefined || (!each && pattern === undefined), {
    message: "combines path with each or pattern: a line takes one of them",
  })
  .refine(({ each, pattern }) => !each || pattern === undefined || !pattern.includes("*"), {
    message: "says each, so that its pattern may stand anywhere, and needs no *",
  })
  .refine(({ to, pattern }) => (to === undefined) !== (pattern === undefined), {
    message: "needs `to`, or a `pattern` that names the targets, not both",
  });

export type ReferenceAnswer = z.output<typeof referenceEntry>;
