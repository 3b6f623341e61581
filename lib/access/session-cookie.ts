/** The name of the session's cookie, for those who only ask whether there is one. */
const NAME = /^(__Secure-)?authjs\.session-token(\.\d+)?$/;

/** A session too long for one cookie is cut into several, numbered. */
export function isSessionCookie(name: string): boolean {
  return NAME.test(name);
}
