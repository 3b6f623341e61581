import { userInfo } from "node:os";

/** Who asked, as far as the machine knows. A container's user may have no name. */
export function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
