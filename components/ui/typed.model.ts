/** What a form held, for it to be shown again where it was refused. */

/**
 * Fields whose names say that they are not sent back to be typed over. After a colon stands a name of the platform's own,
 * which says nothing: `domain:secret-garden.example`.
 */
const SECRET = /^[^:]*(?:secret|password)|^(?:runner|planner)Url$/i;

/** By field; what is ticked of several boxes with one name, with commas between. */
export type Typed = Readonly<Record<string, string>>;

/** Every text of a form; secrets and React's own fields stay out of it. */
export function typedValues(form: FormData): Typed {
  const values: Record<string, string> = {};
  for (const name of new Set(form.keys())) {
    const texts = form.getAll(name).filter((value) => typeof value === "string");
    if (texts.length > 0 && !name.startsWith("$") && !SECRET.test(name)) values[name] = texts.join(",");
  }
  return values;
}

/** Whether the box is ticked: as it was sent, or `otherwise` where nothing has been sent yet. */
export function isTicked(typed: Typed, name: string, value = "on", otherwise = false): boolean {
  if (Object.keys(typed).length === 0) return otherwise;
  return (typed[name] ?? "").split(",").includes(value);
}
