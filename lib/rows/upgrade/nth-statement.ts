/** The statements of an SQL text as the server counts them. Pure. PostgreSQL documentation, 4.1 Lexical Structure. */

/** What may hold a semicolon that ends nothing: comments (block ones nest), quotes, dollar quotes; and what ends a statement. */
const TOKEN =
  /--[^\n]*|\/\*|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|;|\bBEGIN\s+ATOMIC\b|\bCASE\b|\bEND\b/gis;

/** The statement with this number, from 1; null where there are not so many. Empty ones are none. */
export function nthStatement(sql: string, number: number): string | null {
  let count = 0;
  for (const statement of statementsOf(sql)) {
    if (++count === number) return statement;
  }
  return null;
}

function* statementsOf(sql: string): Generator<string> {
  let start = 0;
  let said = "";
  // Inside BEGIN ATOMIC … END, where CASE has an END of its own.
  let depth = 0;
  TOKEN.lastIndex = 0;
  const token = new RegExp(TOKEN);
  for (let match = token.exec(sql); match !== null; match = token.exec(sql)) {
    const [text] = match;
    const isComment = text.startsWith("--") || text === "/*";
    said += sql.slice(start, match.index) + (isComment ? " " : "");
    let end = match.index + text.length;
    if (text === "/*") end = endOfComment(sql, end);
    else if (text.startsWith("$")) {
      const closing = sql.indexOf(text, end);
      end = closing === -1 ? sql.length : closing + text.length;
    } else if (/^BEGIN/i.test(text)) depth++;
    else if (depth > 0 && /^CASE$/i.test(text)) depth++;
    else if (depth > 0 && /^END$/i.test(text)) depth--;
    if (text === ";" && depth === 0) {
      if (said.trim() !== "") yield said.trim();
      said = "";
    } else if (!isComment) said += sql.slice(match.index, end);
    start = end;
    token.lastIndex = end;
  }
  said += sql.slice(start);
  if (said.trim() !== "") yield said.trim();
}

function endOfComment(sql: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  let depth = 1;
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}
