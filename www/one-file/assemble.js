// A page, its program and one snapshot as a single file of HTML, to be passed on and opened without a server.
//
// Used by the build (node) and by the app's page: plain functions on what both have. The template comes from
// the build, with script and styles inside and a policy that names their hashes; everything else goes into
// blocks of data, compressed, which no policy has to allow since nothing runs them.

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

/**
 * The file's text.
 *
 * `files` are `{ name, bytes }`: by name as the program asks for them, relative to the page or absolute.
 * `about` is `{ edition, label, lang, madeAt, home }`: what is inside, when it was made (milliseconds) and the
 * address of the page it was made from, both absent where nobody knows. `attributes` are the element's.
 */
export async function assemble(template, { files, about, attributes }) {
  const blocks = await Promise.all(
    files.map(async ({ name, bytes }) => `<script type="application/gzip" data-name="${escaped(name)}">${await packed(bytes)}</script>\n`),
  );
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const json = JSON.stringify(about).replace(/</g, "\\u003c");
  const values = {
    lang: escaped(about.lang ?? "en"),
    title: escaped([about.label, about.edition].filter(Boolean).join(", ")),
    attributes: written,
    contents: `<script type="application/json" id="about">${json}</script>\n${blocks.join("")}`,
  };
  return template.replace(/\{\{(lang|title|attributes|contents)\}\}/g, (_, name) => values[name]);
}

async function packed(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  const small = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (let at = 0; at < small.length; at += 0x8000) binary += String.fromCharCode(...small.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** “western-balkans_2024-01.html”: the snapshot's name and edition, in letters that every system takes. */
export function fileName(address, edition) {
  const plain = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  const stem = plain(address.split(/[?#]/)[0].split("/").pop().replace(/\.json$/i, "")) || "figures";
  return `${[stem, plain(edition ?? "")].filter(Boolean).join("_")}.html`;
}
