/** next-auth, kept behind this file: nobody else imports it. Configured at the first request, not at build. */
import "server-only";
import NextAuth from "next-auth";
import { authConfig } from "./auth.config.ts";

const nextAuth = NextAuth(() => authConfig());

export const { handlers, auth, signIn, signOut } = nextAuth;
