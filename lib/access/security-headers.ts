/** The headers of every answer. Pure; proxy.ts sets them. */

export interface HeaderFacts {
  /** Of this one answer; scripts without it do not run. */
  readonly nonce: string;
  /** Whether people reach the console by https. */
  readonly https: boolean;
  /** The development server evaluates code and speaks over a web socket. */
  readonly development: boolean;
  /** Forms may end at the OIDC provider: a redirect after a form counts as one. */
  readonly oidcOrigin: string | null;
}

/**
 * Scripts run by nonce only, and what they load. Styles may be inline: dialogs, toasts and charts write them, and
 * a style runs no code.
 */
export function contentSecurityPolicy({ nonce, https, development, oidcOrigin }: HeaderFacts): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${development ? " ws:" : ""}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    `form-action 'self'${oidcOrigin === null ? "" : ` ${oidcOrigin}`}`,
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    ...(https ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** Name and value of each header, the policy above among them. */
export function securityHeaders(facts: HeaderFacts): readonly (readonly [string, string])[] {
  return [
    ["Content-Security-Policy", contentSecurityPolicy(facts)],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Frame-Options", "DENY"],
    ["Referrer-Policy", "same-origin"],
    ["Cross-Origin-Opener-Policy", "same-origin"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    [
      "Permissions-Policy",
      "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ],
    ...(facts.https ? [["Strict-Transport-Security", "max-age=31536000"] as const] : []),
  ];
}
