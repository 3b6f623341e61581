/** The last net under everything that is printed: an address that slipped through shows neither user nor password. */
export function withoutAddresses(text: string): string {
  return text.replace(/\bpostgres(ql)?:\/\/[^\s"'`]*/gi, "postgres://…");
}
