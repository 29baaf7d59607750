// The content-security policies of our own pages, as `<meta>` and as header.
const base = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  // Any https address: a reader may open a snapshot from elsewhere.
  "connect-src 'self' https:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
];

/** index.html: a service worker besides, through its one policy for trusted types. */
export const appPolicy = [...base, "manifest-src 'self'", "worker-src 'self'", "trusted-types mixed-movements"].join("; ");

/** A page that is one file: its own script and style by their hashes (base64 of SHA-256), and no request at all. */
export const oneFilePolicy = (script, style) =>
  [
    "default-src 'none'",
    `script-src 'sha256-${script}' 'wasm-unsafe-eval'`,
    `style-src 'sha256-${style}'`,
    "img-src blob: data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

/** configure.html: no worker, no policy for trusted types. */
export const configurePolicy = [...base, "trusted-types 'none'"].join("; ");

/**
 * embed.html: the same, and its scripts by their hashes (as in `integrity`) besides. In a frame with the sandbox
 * `allow-scripts` alone, “self” is nobody to WebKit.
 */
export const embedPolicy = (hashes) =>
  configurePolicy.replace("script-src 'self'", ["$&", ...hashes.map((hash) => `'${hash}'`)].join(" "));
