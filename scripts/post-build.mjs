// Trunk's post_build hook: makes what Trunk left in the staging folder into what `dist/` promises.
//
//   index.html             without inline script, with its policy, with hints to fetch in parallel
//   embed.html             the iframe's page
//   configure.html         the configurator
//   widget.js              element and API in one module; the name never changes
//   v/<version>/widget.js  the same, checking the program's hash, beside widget.js.integrity
//   xlsx.js                the second module, for workbooks, with its own program
//   sound.js               a line as sound
//   service-worker.js      with the list of files to keep; kill-switch.js, to be published in its place
//   one-file.html          the page, its program and its snapshot in a single file
//   the rest               hashed files, data/, icons/, manifest, types, host.js
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { assemble } from "../www/one-file/assemble.js";
import { parts } from "./parts.mjs";
import { appPolicy, configurePolicy, embedPolicy, oneFilePolicy } from "./policy.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const www = join(root, "www");
const out = process.env.TRUNK_STAGING_DIR;
if (!out) throw new Error("post-build.mjs is Trunk's hook: run `make dist`.");
const development = process.env.TRUNK_PROFILE === "debug";

const manifest = await readFile(join(root, "Cargo.toml"), "utf8");
const version = /^version = "(.+)"$/m.exec(manifest)[1];
const snapshot = "data/western-balkans.json";
const notKept = /^(data|v|screenshots)\/|^(service-worker|kill-switch|host)\.js$|\.d\.ts$|^oembed\.json$|^one-file\.html$/;

// The program: under the hash of its content, its glue bundled into widget.js.
const names = await readdir(out);
const glue = join(out, one(names, /^mixed-movements-[0-9a-f]+\.js$/));
const program = join(out, one(names, /_bg\.wasm$/));
const [firstPart, secondPart] = await split(program);
// The start is ours (www/program.js): with two parts, and without a word in the console.
await appendFile(glue, "\nexport { __wbg_get_imports, __wbg_finalize_init };\n");

// The view's fields, from the program's one table (fields.json), and the languages there are.
const fields = JSON.parse(await readFile(join(www, "fields.json"), "utf8"));
const locales = join(root, "src/i18n/locales");
const languages = await Promise.all((await readdir(locales)).map(async (file) => {
  const { tag, name } = JSON.parse(await readFile(join(locales, file), "utf8"));
  return [tag, name];
}));
// English first, as everywhere; the others by their tags.
languages.sort(([a], [b]) => (b === "en") - (a === "en") || (a < b ? -1 : 1));

const define = {
  FIELDS: JSON.stringify(fields.map(({ name }) => name)),
  VERSION: JSON.stringify(version),
  DEVELOPMENT: String(development),
  DEFAULT_SNAPSHOT: JSON.stringify(snapshot),
};

// The module for workbooks, loaded when one is asked for.
const workbooks = secondProgram("mixed-movements-xlsx");
const workbookWasm = await readFile(workbooks.wasm);
const workbookFile = `xlsx-${hash(workbookWasm)}.wasm`;
await write(workbookFile, workbookWasm);

const widget = await bundle("widget.js", {
  ROOT: '"./"',
  FIRST: part(firstPart, "./"), SECOND: part(secondPart, "./"),
});
await write("widget.js", widget);
const pinned = await bundle("widget.js", {
  ROOT: '"../../"',
  FIRST: part(firstPart, "../../", true), SECOND: part(secondPart, "../../", true),
});
await write(`v/${version}/widget.js`, pinned);
await write(`v/${version}/widget.js.integrity`, `${integrity(pinned)}\n`);
await write("host.js", await bundle("host.js"));

await write("xlsx.js", await bundle("xlsx.js", { XLSX_FILE: JSON.stringify(`./${workbookFile}`) }));

await write("sound.js", await bundle("sound.js"));

const embedFile = await writeHashed("embed.js", await bundle("embed.js"));
const configureFile = await writeHashed("configure.js", await bundle("configure.js", {
  FIELDS: JSON.stringify(fields),
  LANGUAGES: JSON.stringify(languages),
}));
const configureCss = await writeHashed("configure.css", await readFile(join(www, "styles/configure.css")));
const embedCss = await writeHashed("embed.css", await readFile(join(www, "styles/embed.css")));

await cp(locales, join(out, "locales"), { recursive: true });
for (const folder of ["data", "icons", "screenshots", "shapes", "texts"]) {
  if (existsSync(join(www, folder))) await cp(join(www, folder), join(out, folder), { recursive: true });
}
await nameEditions("data");
for (const file of ["manifest.webmanifest", "mixed-movements.d.ts"]) await cp(join(www, file), join(out, file));

// The app's page as a single file: the template, from which the page makes one of what is on the screen, and
// one of the snapshot that comes with the program.
const template = await oneFileTemplate();
const templateFile = await writeHashed("one-file-template.html", template);
const inside = [firstPart.file, ...(secondPart ? [secondPart.file] : []), workbookFile, ...(await files(out)).filter((path) => /^(locales|shapes)\//.test(path))];
const oneFile = await makeOneFile();
await write("one-file.html", oneFile);

const offlineFile = await writeHashed(
  "offline.js",
  await bundle("offline/page.js", { ONE_FILE: JSON.stringify(templateFile), ONE_FILE_PARTS: JSON.stringify(inside) }),
);
const appFile = await writeHashed("app.js", await bundle("app.js", { OFFLINE_FILE: JSON.stringify(`./${offlineFile}`) }));

// Trunk's own names are of no more use.
await Promise.all([glue, program, join(out, "snippets")].map((path) => rm(path, { recursive: true, force: true })));

const start = (script, attributes = () => "") => `
    <script type="module" src="${script}"${attributes(script)}></script>
    <script type="module" src="widget.js"${attributes("widget.js")}></script>
    <link rel="preload" href="${firstPart.file}" as="fetch" crossorigin>`;
const front = await readFront();
await writePage("index.html", appPolicy, (html) =>
  html
    // The edition's figures, for as long as the program is on its way, and where it cannot run.
    .replace(/<!-- figures:[^]*?-->([^]*?)<!-- figures: end -->/, (_, without) => front ?? without)
    // The start script, inline, and the hints for the glue and the program by Trunk's names.
    .replace(/<script type="module"[^>]*>[^]*?<\/script>/g, "")
    .replace(/<link rel="(?:modulepreload|preload)"[^>]*>/g, "")
    // The figures are asked for by widget.js beside the program, whichever `?src=` names.
    .replace("</title>", `</title>${start(appFile)}`),
);
await cp(join(www, "embed.html"), join(out, "embed.html"));
// Scripts with the hashes that the policy names: see there.
const hashes = new Map();
for (const file of [embedFile, "widget.js"]) hashes.set(file, integrity(await readFile(join(out, file))));
await writePage("embed.html", embedPolicy([...hashes.values()]), (html) =>
  html
    .replace("styles/embed.css", embedCss)
    .replace("</title>", `</title>${start(embedFile, (file) => ` integrity="${hashes.get(file)}" crossorigin`)}`),
);
await cp(join(www, "configure.html"), join(out, "configure.html"));
await writePage("configure.html", configurePolicy, (html) =>
  html.replace("styles/configure.css", configureCss).replace("</title>", `</title>${start(configureFile)}`),
);

// For content systems that turn an address into a frame (oEmbed). They need the full address of the folder,
// which only who serves it knows: PUBLIC_URL.
const address = process.env.PUBLIC_URL?.replace(/\/*$/, "/") ?? "";
const oembed = {
  version: "1.0", type: "rich", provider_name: "mixed-movements", title: "Mixed movements", width: 720, height: 520,
  html: `<iframe src="${address}embed.html?view=trend" title="Mixed movements" width="720" height="520" loading="lazy" data-mixed-movements></iframe>`,
};
await write("oembed.json", `${JSON.stringify(oembed, null, 2)}\n`);

const worker = await bundle("service-worker.js", { PRECACHE: JSON.stringify(await precacheList()) });
await write("service-worker.js", worker);
await write("kill-switch.js", await bundle("kill-switch.js"));

/** The template: script and style inside, and a policy that allows just them, and no request at all. */
async function oneFileTemplate() {
  const script = await bundle("one-file/page.js", {
    ROOT: '"./"', FIRST: part(firstPart, "./"), SECOND: part(secondPart, "./"),
    XLSX_FILE: JSON.stringify(`./${workbookFile}`),
  });
  const style = await readFile(join(www, "styles/page.css"));
  if (/<\/(script|style)/i.test(`${script}${style}`)) throw new Error("one-file: an end tag inside script or style");
  const policy = oneFilePolicy(sha256(script), sha256(style));
  return (await readFile(join(www, "one-file/template.html"), "utf8"))
    .replace('<meta charset="utf-8">', (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace("</head>", () => `  <style>${style}</style>\n    <script type="module">${script}</script>\n  </head>`);
}

async function makeOneFile() {
  const bytes = await readFile(join(out, snapshot));
  const { label, updated, extension } = JSON.parse(bytes);
  const { edition } = extension.mixedMovements;
  const program = await Promise.all(inside.map(async (name) => ({ name, bytes: await readFile(join(out, name)) })));
  return assemble(template, {
    files: [...program, { name: snapshot, bytes }],
    about: { edition, label, updated, lang: "en", home: process.env.PUBLIC_URL?.replace(/\/*$/, "/") },
    attributes: { view: "full", "sync-url": "", src: snapshot },
  });
}

/**
 * The program as files: what runs until the first chart, and the rest. A development build, which has
 * another code, stays whole.
 */
async function split(whole) {
  if (development) return [await writeProgram("mixed-movements", await readFile(whole)), undefined];
  const [first, second] = ["first", "second"].map((name) => join(out, `${name}.part`));
  // For scripts/profile.mjs: the program whole, noting what runs, and nothing as the rest.
  const profile = process.env.PROFILE_PROGRAM;
  if (profile) {
    await cp(whole, profile);
    parts("instrument", whole, first);
    await writeFile(second, Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  } else parts("split", whole, join(root, "scripts/first-part.txt"), first, second);
  const written = [
    await writeProgram("mixed-movements", await readFile(first)),
    await writeProgram("rest", await readFile(second)),
  ];
  await Promise.all([first, second].map((path) => rm(path)));
  return written;
}

async function writeProgram(name, bytes) {
  return { file: await writeHashed(`${name}.wasm`, bytes), bytes };
}

/** What www/program.js knows of a part. */
function part(written, root, isChecked = false) {
  if (!written) return "undefined";
  return JSON.stringify({ file: root + written.file, integrity: isChecked ? integrity(written.bytes) : undefined });
}

/** What the app needs without a network: all but the figures, the pinned copies and what hosts use. */
async function precacheList() {
  const list = [];
  for (const path of await files(out)) {
    if (notKept.test(path)) continue;
    const content = await readFile(join(out, path));
    const hashed = /-[0-9a-f]{16}\./.test(path);
    list.push({ url: path, revision: hashed ? null : hash(content), integrity: `sha256-${sha256(content)}` });
  }
  return list;
}

/** Builds a further crate of the workspace for the browser: its glue and its program. */
function secondProgram(crate) {
  const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
  const glue = join(target, "xlsx-glue");
  const name = crate.replaceAll("-", "_");
  const run = (command, ...rest) => execFileSync(command, rest, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  const triple = "wasm32-unknown-unknown";
  run(process.env.CARGO ?? "cargo", "build", "--quiet", "--locked", "--release", "--target", triple, "--package", crate);
  run("wasm-bindgen", "--target", "web", "--no-typescript", "--out-dir", glue, join(target, triple, "release", `${name}.wasm`));
  const wasm = join(glue, `${name}_bg.wasm`);
  if (!development) run("wasm-opt", "-Oz", "-o", wasm, wasm);
  return { glue: join(glue, `${name}.js`), wasm };
}

/** Gives each edition an address that stays when the next one is published, named in the index as `stays`. */
async function nameEditions(folder) {
  const path = join(folder, "index.json");
  const editions = JSON.parse(await readFile(join(out, path), "utf8"));
  for (const entry of editions) {
    entry.stays = entry.href.includes(entry.edition) ? entry.href : entry.href.replace(/\.json$/, `-${entry.edition}.json`);
    if (entry.stays !== entry.href) await cp(join(out, folder, entry.href), join(out, folder, entry.stays));
  }
  await write(path, `${JSON.stringify(editions, null, 2)}\n`);
}

/** www/front.html, unless it was made from another file than the one that the page shows. */
async function readFront() {
  const text = await readFile(join(www, "front.html"), "utf8");
  const sha256 = createHash("sha256").update(await readFile(join(www, snapshot))).digest("hex");
  if (text.includes(`data-sha256="${sha256}"`)) return text.trim();
  console.warn(`post-build: www/front.html was made from another ${snapshot}, so the page begins without figures. ` +
    `Run: cargo run --features cli --bin snapshot -- front www/${snapshot} -o www/front.html`);
  return undefined;
}

function sha256(content) {
  return createHash("sha256").update(content).digest("base64");
}

async function bundle(entry, more = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(www, entry)],
    bundle: true,
    // The configurator uses the published module, as a partner does.
    external: ["./widget.js"],
    write: false,
    minify: !development,
    format: ["service-worker.js", "kill-switch.js"].includes(entry) ? "iife" : "esm",
    target: ["chrome109", "firefox115", "safari16.4"],
    alias: { "mixed-movements:glue": glue, "mixed-movements:xlsx": workbooks.glue },
    define: { ...define, ...more, "process.env.NODE_ENV": '"production"' },
    nodePaths: [join(root, "node_modules")],
    legalComments: "none",
    logLevel: "warning",
  });
  return Buffer.from(outputFiles[0].contents);
}

/** Writes a page with its policy, and refuses one that the policy would break. */
async function writePage(name, policy, change) {
  const html = change(await readFile(join(out, name), "utf8"))
    .replace(/<meta charset="utf-8"\s*\/?>/, (charset) => `${charset}
    <meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace(/<!--[^]*?-->/g, "")
    .replace(/\n\s*\n/g, "\n");
  const inline = /<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son\w+=/i.exec(html);
  if (inline) throw new Error(`${name}: inline script or style: ${html.slice(inline.index, inline.index + 80)}`);
  if (!html.includes(policy)) throw new Error(`${name}: no place for the policy`);
  await write(name, html);
}

async function write(path, content) {
  await mkdir(dirname(join(out, path)), { recursive: true });
  await writeFile(join(out, path), content);
}

async function writeHashed(name, content) {
  const hashed = name.replace(/\.(\w+)$/, (dotted) => `-${hash(content)}${dotted}`);
  await write(hashed, content);
  return hashed;
}

async function files(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function one(names, pattern) {
  const found = names.filter((name) => pattern.test(name));
  if (found.length !== 1) throw new Error(`expected one file like ${pattern}, found: ${found.join(", ") || "none"}`);
  return found[0];
}

function hash(content) {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

function integrity(content) {
  return `sha384-${createHash("sha384").update(content).digest("base64")}`;
}
