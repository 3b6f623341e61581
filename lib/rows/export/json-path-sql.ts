/** A platform file's path inside a json column, in the words of SQL/JSON (PostgreSQL documentation, 9.16.2). */

/**
 * `$.items[*].projectId` stays; `$['odd key']` becomes `$."odd key"`. Lax mode, so that rows without the path
 * give nothing and a single object stands for an array of one.
 */
export function sqlJsonPath(path: string): string {
  const rest = path.slice(1).replaceAll(/\['((?:[^'\\]|\\.)*)'\]/g, (_, key: string) => {
    const plain = key.replaceAll(/\\(.)/g, "$1");
    return `.${JSON.stringify(plain)}`;
  });
  return `lax $${rest.replaceAll(/\.([A-Za-z_][A-Za-z0-9_-]*)/g, (_, key: string) => `.${JSON.stringify(key)}`)}`;
}
