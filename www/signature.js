// Whether a snapshot is signed by the publisher whose key the page names.
//
// Ed25519 over the bytes of the file, detached: the file's address with `.sig` at the end of its path, 64 bytes
// in base64. Verified by Web Crypto, hence only where there is that: plain http has none, nor have browsers
// from before 2025.

/** Where the signature of a file lies. */
export function signatureAddress(address) {
  const url = new URL(address);
  url.pathname += ".sig";
  return url.href;
}

/**
 * The same response, whose body ends with an error of the code `signature` where the signature does not fit.
 * By the time the body has ended, `response.signature` says `verified`, `unsigned` or `unchecked`.
 */
export function signed(response, keys, signatureFile) {
  if (!response.ok || !response.body) return response;
  const chunks = [];
  const asked = readSignature(signatureFile);
  asked.catch(() => {}); // told when the body has ended
  const checking = new TransformStream({
    transform(chunk, controller) {
      chunks.push(chunk);
      controller.enqueue(chunk);
    },
    async flush(controller) {
      const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
      checked.signature = await verdict(bytes, keys, await asked);
      if (checked.signature === "failed") {
        controller.error(Object.assign(new Error("The signature does not fit."), { code: "signature" }));
      }
    },
  });
  const checked = new Response(response.body.pipeThrough(checking), response);
  Object.defineProperty(checked, "url", { value: response.url });
  return checked;
}

/** The signature; `null` where the publisher has none, `undefined` where nobody knows. */
async function readSignature(signatureFile) {
  try {
    const file = await signatureFile();
    if (file.status === 404 || file.status === 410) return null;
    return file.ok ? await file.text() : undefined;
  } catch {
    return undefined;
  }
}

async function verdict(bytes, keys, signature) {
  if (signature === null) return "unsigned";
  if (signature === undefined || !globalThis.crypto?.subtle) return "unchecked";
  const signatureBytes = fromBase64(signature.trim());
  let known = 0;
  for (const key of keys.split(/\s+/).filter(Boolean)) {
    try {
      const publicKey = await crypto.subtle.importKey("raw", fromBase64(key), "Ed25519", false, ["verify"]);
      known += 1;
      if (signatureBytes && (await crypto.subtle.verify("Ed25519", publicKey, signatureBytes, bytes))) return "verified";
    } catch {
      // This browser does not know Ed25519, or this is no key.
    }
  }
  return known ? "failed" : "unchecked";
}

/** The bytes; `undefined` for what is no base64. */
function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
