/** Where a sign-in leads. An address of this console, never another: `next` comes from a link that anybody can write. */

/** Visible ASCII, as addresses are; browsers drop tabs and newlines, and then "/\t/host" would be "//host". */
const PATH = /^\/(?![/\\])[!-[\]-~]*$/;

/** After a sign-in these lead nowhere. */
const NO_PAGE = /^\/(sign-in|change-password|api)(\/|\?|$)/;

/** `next` where it is the path of a page here, else the Overview. */
export function safeNext(next: unknown): string {
  return typeof next === "string" && PATH.test(next) && !NO_PAGE.test(next) ? next : "/";
}
