import { handlers } from "../../../../lib/access/auth.ts";

export const { GET, POST } = handlers;
