/**
 * A script cut into its statements, as psql cuts it: at semicolons outside of strings, quoted names, dollar quotes,
 * comments, parentheses and the body of a function that is written in SQL. Pure; it never fails, whatever the text.
 *
 * PostgreSQL documentation, 4.1 Lexical Structure; the rule for `BEGIN ATOMIC` is that of psqlscan.l.
 */

export interface Statement {
  /** Without the semicolon and the white space around it; comments in front of it belong to it. */
  readonly text: string;
  /** Of the script, counting from 1: where the text begins. */
  readonly line: number;
}

/** One token; what is none of them is passed over character by character. */
const TOKEN =
  /--[^\n]*|\/\*|\bE'(?:[^'\\]|''|\\[\s\S])*(?:'|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$|[\p{L}_][\p{L}\p{N}_$]*|[\p{N}]+|[();]/giu;

/** The statements in their order; what holds nothing but white space and comments is none. */
export function splitStatements(script: string): Statement[] {
  const found: Statement[] = [];
  const token = new RegExp(TOKEN);
  let begin = 0;
  let line = 1;
  let state = NOTHING;
  const cut = (end: number) => {
    const piece = script.slice(begin, end);
    const leading = piece.slice(0, piece.length - piece.trimStart().length);
    if (state.words > 0) found.push({ text: piece.trim(), line: line + breaksIn(leading) });
    line += breaksIn(piece);
    state = NOTHING;
    begin = end + 1;
  };
  for (let match = token.exec(script); match !== null; match = token.exec(script)) {
    const [text] = match;
    if (text.startsWith("--")) continue;
    if (text === "/*") token.lastIndex = endOfComment(script, match.index);
    else if (isDollarQuote(text)) token.lastIndex = endOfDollarQuote(script, match.index, text);
    if (text === ";" && state.parentheses === 0 && state.blocks === 0) cut(match.index);
    else if (text !== "/*") state = after(state, text.toLowerCase());
  }
  cut(script.length);
  return found;
}

interface State {
  readonly words: number;
  /** The first words, to tell a CREATE FUNCTION by. */
  readonly head: string;
  readonly parentheses: number;
  /** Of BEGIN and CASE that are open, inside of a function's body. */
  readonly blocks: number;
}

const NOTHING: State = { words: 0, head: "", parentheses: 0, blocks: 0 };
const IS_ROUTINE = /^create (or replace )?(function|procedure)\b/;

function after(state: State, token: string): State {
  const { parentheses, blocks } = state;
  const words = state.words + 1;
  const head = words <= 4 ? `${state.head}${token} ` : state.head;
  if (token === "(") return { words, head, blocks, parentheses: parentheses + 1 };
  if (token === ")") return { words, head, blocks, parentheses: Math.max(0, parentheses - 1) };
  if (parentheses > 0 || !IS_ROUTINE.test(head)) return { ...state, words, head };
  if (token === "begin" || (token === "case" && blocks > 0))
    return { ...state, words, head, blocks: blocks + 1 };
  if (token === "end" && blocks > 0) return { ...state, words, head, blocks: blocks - 1 };
  return { ...state, words, head };
}

/** Comments nest. */
function endOfComment(script: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start + 2;
  for (let depth = 1, match = edge.exec(script); match !== null; match = edge.exec(script)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return script.length;
}

const isDollarQuote = (text: string) => text.startsWith("$") && text.endsWith("$");

function endOfDollarQuote(script: string, start: number, tag: string): number {
  const end = script.indexOf(tag, start + tag.length);
  return end < 0 ? script.length : end + tag.length;
}

const breaksIn = (text: string) => text.split("\n").length - 1;
