/** The header that has a browser save a file under its name (RFC 6266). Pure. */

/** A plain name for old readers, and the whole one in RFC 8187's encoding. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  // encodeURIComponent leaves these four as they are, which RFC 8187's attr-char does not have.
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
