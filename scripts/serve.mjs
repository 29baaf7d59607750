// A static server for dist/: right types, the pages' policy as header, nothing kept longer than it holds.
//
//   node scripts/serve.mjs        PORT (8080), on the loopback interface only
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { dirname, extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const types = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ts": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};
/** The policy of our own pages, which they have as `<meta>`, to be sent as header, too. */
const policyOf = (name, body) =>
  ["index.html", "embed.html", "configure.html"].includes(name) &&
  /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/i.exec(body.toString())?.[1];

/**
 * Serves `folder` under `base` ("/" or "/some/path/"). `headers(path)` may add to or replace headers,
 * `change(path, body)` the content, at once or later; `beside` has further files by path, `redirect` addresses by
 * path; `instead(path, request, response)` may answer by itself, as a server in trouble does, and says whether it did.
 * Resolves with `{ origin, url, close() }`; rejects when the port is taken.
 */
export function serve({
  folder, port = 0, base = "/", headers = () => ({}), change = (_, body) => body, beside = {}, redirect = {}, instead = () => false,
}) {
  const root = resolve(folder);

  async function answer(request, response) {
    let path;
    try {
      path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    } catch {
      return end(response, 400, "Bad request\n");
    }
    if (!["GET", "HEAD"].includes(request.method)) return end(response, 405, "Method not allowed\n");
    if (`${path}/` === base) return end(response, 301, "", { location: base });
    if (!path.startsWith(base)) return end(response, 404, "Not found\n");
    const asked = path.slice(base.length);
    if (instead(asked, request, response)) return;
    if (Object.hasOwn(redirect, asked)) return end(response, 302, "", { location: redirect[asked] });
    let file = join(root, asked);
    if (file !== root && !file.startsWith(root + sep)) return end(response, 404, "Not found\n");
    let body;
    try {
      if (Object.hasOwn(beside, asked)) body = beside[asked];
      else if ((await stat(file)).isDirectory()) {
        if (!path.endsWith("/")) return end(response, 301, "", { location: `${path}/` });
        file = join(file, "index.html");
      }
      body ??= await readFile(file);
    } catch {
      return end(response, 404, "Not found\n");
    }
    const name = file.slice(root.length + 1).split(sep).join("/");
    body = Buffer.from(await change(name, body));
    const policy = policyOf(name, body);
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
    const fields = {
      "content-type": types[extname(file)] ?? "application/octet-stream",
      "x-content-type-options": "nosniff",
      // Anybody may embed; modules in a sandboxed frame need it too.
      "access-control-allow-origin": "*",
      "cache-control": /-[0-9a-f]{16}\.\w+$/.test(name) ? "public, max-age=31536000, immutable" : "no-cache",
      etag,
      ...(policy && { "content-security-policy": policy }),
      ...headers(name),
    };
    if (request.headers["if-none-match"] === etag) return end(response, 304, "", fields);
    end(response, 200, request.method === "HEAD" ? "" : body, { ...fields, "content-length": body.length });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => end(response, 500, "Internal error\n"));
  });
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      const origin = `http://127.0.0.1:${server.address().port}`;
      const close = () => new Promise((closed) => (server.close(closed), server.closeAllConnections()));
      done({ origin, url: origin + base, close });
    });
  });
}

function end(response, status, body, headers = {}) {
  if (response.headersSent) return response.destroy();
  const always = { "content-type": "text/plain; charset=utf-8", "access-control-allow-origin": "*" };
  response.writeHead(status, { ...always, ...headers }).end(body);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(dirname(fileURLToPath(import.meta.url)), "../dist");
  const port = Number(process.env.PORT || 8080);
  const fail = (message) => (console.error(`serve: ${message}`), process.exit(1));
  if (!Number.isInteger(port) || port < 0 || port > 65535) fail(`PORT=${process.env.PORT} is not a port.`);
  await stat(join(folder, "index.html")).catch(() => fail("dist/ is not built. Run: make serve"));
  try {
    const { url } = await serve({ folder, port });
    console.log(`mixed-movements: ${url}  (Ctrl-C ends it)`);
  } catch (error) {
    if (error.code === "EADDRINUSE") fail(`port ${port} is taken. Choose another: make serve PORT=${port + 1}`);
    if (error.code === "EACCES") fail(`port ${port} may not be used. Choose another: make serve PORT=8080`);
    throw error;
  }
}
