import NextLink from "next/link";
import type { ComponentProps } from "react";

/**
 * A link to another page of the console. It fetches nothing before somebody follows it: every page is made anew for
 * its reader, and a list of fifty rows would ask for a hundred pages that nobody opens.
 */
export function Link({ prefetch = false, ...rest }: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={prefetch} {...rest} />;
}
