/** Reads a document as an XML 1.0 parser would, as far as our own needs it: elements, attributes and text. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const TOKEN =
  /<\?xml[^?]*\?>|<\/(?<close>[a-z-]+)>|<(?<open>[a-z-]+)(?<attributes>(?: [a-z]+="[^"<]*")*)(?<empty>\/?)>|(?<text>[^<]+)/y;

/** The root. @throws Error where it is not well-formed */
export function parseXml(document: string): Element {
  const holder: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [holder];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(document)?.groups;
    if (token === undefined) throw new Error(`no XML from ${JSON.stringify(document.slice(at, at + 40))} on`);
    const around = open.at(-1)!;
    if (token.text !== undefined) around.text += plain(token.text);
    if (token.close !== undefined && open.pop()!.name !== token.close)
      throw new Error(`</${token.close}> closes ${around.name}`);
    if (token.open === undefined) continue;
    const attributes = [...token.attributes!.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(
      ([, name, value]) => [name!, plain(value!)] as const,
    );
    const element = { name: token.open, attributes: Object.fromEntries(attributes), children: [], text: "" };
    if (Object.keys(element.attributes).length < attributes.length)
      throw new Error("an attribute comes twice");
    around.children.push(element);
    if (token.empty === "") open.push(element);
  }
  const [root, ...others] = holder.children;
  if (open.length > 1 || root === undefined || others.length > 0 || holder.text.trim() !== "")
    throw new Error("it is not one element");
  return root;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#10": "\n" };

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to say these
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) || !text.isWellFormed())
    throw new Error("a character that XML does not have");
  return text.replace(/&([^;]*);?/g, (reference, name: string) => {
    const sign = reference.endsWith(";") ? ENTITIES[name] : undefined;
    if (sign === undefined) throw new Error(`${reference} is no reference`);
    return sign;
  });
}
