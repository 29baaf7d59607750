// What the app's page says and offers about working without a network: strips above the figures, a dialog
// with the saved editions, new versions. Fetched after the first chart.
//
// Owns the nodes in the element's slots `notices` and `tools`; what is kept, and which version runs, is
// decided by `keeper.js` and `updates.js`.
import { saveOneFile } from "../one-file/save.js";
import { Texts, clockIsWrong, standing } from "./texts.js";
import { Updates } from "./updates.js";

/** How often a page that stays open asks for a newer edition, in milliseconds. */
const OFTEN = 15 * 60_000;
/** How soon it asks again where nobody answered: twice as long each time. */
const SOON = 5_000;

/** A node: tag, attributes (a function is a listener), what is in it. */
function node(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.filter((part) => part !== undefined && part !== false));
  return made;
}

/** Puts `nodes` into `parent`, unless they are what it holds: what a reader is about to press must not be exchanged. */
function put(parent, nodes) {
  const before = [...parent.childNodes];
  if (before.length === nodes.length && nodes.every((made, at) => made.isEqualNode(before[at]))) return;
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  parent.replaceChildren(...nodes);
  if (focused) (parent.querySelector(`[data-key="${focused}"]`) ?? parent.querySelector("button"))?.focus();
}

export async function attach(element, keeper, base) {
  const texts = new Texts(element, base);
  const updates = new Updates();
  // Without a secure context there is no worker; a development build must not keep old files.
  const hasWorker = !DEVELOPMENT && "serviceWorker" in navigator;
  let refused = !globalThis.caches;

  const notices = node("div", { slot: "notices", class: "notices" });
  // Shown once there are words for it.
  const tools = node("button", { slot: "tools", type: "button", class: "plain", click: () => open() });
  tools.hidden = true;
  const dialog = node("dialog", { slot: "notices", class: "offline" });
  const passOn = node("div", { slot: "download", class: "offline" });
  element.append(notices, dialog, tools, passOn);

  const t = (key, args) => texts.text(`offline.${key}`, args);
  const edition = ({ edition: code, label, address }) => texts.edition(code) || label || address;

  // Strips: one line, one action.
  function strip(key, words, ...actions) {
    return { key, words, actions };
  }
  function strips() {
    const { offered, lastGood, shown, trouble } = keeper;
    return [
      updates.isBehind && strip("behind", t("behind"), [t("reload"), () => updates.take()]),
      updates.waits && strip("update", t("update"), [t("update-take"), () => updates.take()]),
      lastGood &&
        strip(
          "last-good",
          t("last-good", { edition: edition(lastGood), saved: saved(lastGood) }),
          [t("show"), () => show(lastGood)],
        ),
      offered &&
        strip(
          "newer",
          t(offered.facts.edition && offered.facts.edition === shown?.facts.edition ? "corrected" : "newer", { edition: edition(offered.facts) }),
          [t("show"), () => show(offered.facts)],
        ),
      (trouble === "full" || trouble === "evicted") &&
        strip(trouble, t(trouble), [t("saved-editions"), () => open()], [t("dismiss"), () => dismiss()]),
    ].filter(Boolean);
  }
  function dismiss() {
    keeper.trouble = undefined;
    draw();
  }
  function saved(known) {
    return clockIsWrong(known) ? t("saved-clock", { date: texts.date(known.savedAt) }) : t("saved-ago", { ago: texts.ago(known.savedAt) });
  }

  async function show(known) {
    const address = new URL(element.getAttribute("src"), document.baseURI).href;
    if (known.address !== address) {
      // Another file has another address; the view in the fragment may mean nothing there.
      location.href = `${location.pathname}?src=${encodeURIComponent(known.address)}`;
      return;
    }
    if (await keeper.show(known)) {
      dialog.close();
      element.reload();
    }
  }

  let filed = ""; // what became of the last file
  function draw() {
    tools.textContent = t("offline-title");
    tools.hidden = false;
    element.standing = standing(texts, keeper.shown);
    document.title = texts.title(keeper.opened);
    // A strip whose words are the same stays: a screen reader says only what is new.
    const known = new Map([...notices.children].map((child) => [child.dataset.words, child]));
    const drawn = strips().map(({ key, words, actions }) =>
      known.get(words) ??
      node(
        "div",
        { class: "strip", role: "status", "data-words": words },
        node("p", {}, words),
        ...actions.map(([label, act], at) =>
          node("button", { type: "button", class: "outlined", "data-key": `${key}-${at}`, click: act }, label)),
      ));
    put(notices, drawn);
    put(passOn, oneFileOffer("download"));
    passOn.hidden = !keeper.shown;
    if (dialog.open) fill();
  }
  const oneFileOffer = (key) => [
    node("h3", {}, t("one-file")),
    node("p", {}, t("one-file-detail")),
    node(
      "p",
      {},
      node("button", { type: "button", class: "outlined", "data-key": key, click: () => oneFile() }, t("one-file-save")),
      node("span", { role: "status", class: "said" }, filed),
    ),
  ];

  // The dialog.
  let said = "";
  async function open() {
    said = "";
    await fill();
    if (!dialog.open) dialog.showModal();
  }
  const state = () => {
    if (!globalThis.isSecureContext) return t("insecure");
    if (refused || keeper.trouble === "refused") return t("refused");
    if (!keeper.isOn) return t("off");
    return t("on");
  };

  async function fill() {
    const { shown } = keeper;
    const all = await keeper.saved.list().catch(() => {
      refused = true;
      return [];
    });
    const usage = await navigator.storage?.estimate?.().then((estimate) => estimate.usage, () => undefined);
    const persisted = await navigator.storage?.persisted?.().catch(() => false);
    const current = all.find(({ sha256, address }) => sha256 === shown?.facts.sha256 && address === shown.facts.address);
    const row = (known) =>
      node(
        "li",
        {},
        node(
          "span",
          {},
          node("b", {}, [known.edition && texts.text("ui.edition"), edition(known)].filter(Boolean).join(" ")),
          node("small", {}, [known.label, new URL(known.address).host, texts.size(known.size), saved(known), known.asked && t("asked")].filter(Boolean).join(" · ")),
        ),
        known !== current &&
          node("button", { type: "button", class: "outlined", "data-key": `show-${known.sha256}`, click: () => show(known), "aria-label": t("show-named", { edition: edition(known) }) }, t("show")),
        node(
          "button",
          { type: "button", class: "outlined", "data-key": `remove-${known.sha256}`, click: () => act(() => keeper.remove(known), t("removed")), "aria-label": t("remove-named", { edition: edition(known) }) },
          t("remove"),
        ),
      );
    const canKeep = shown && !refused && globalThis.caches && !current?.asked;
    dialog.setAttribute("aria-label", t("offline-title"));
    put(dialog, [
      node(
        "div",
        { class: "dialog-heading" },
        node("h2", {}, t("offline-title")),
        node("button", { type: "button", class: "outlined", "data-key": "close", click: () => dialog.close() }, texts.text("ui.close")),
      ),
      node("p", {}, state()),
      node("p", { role: "status", class: "said" }, said),
      canKeep && node("p", {}, node("button", { type: "button", class: "solid", "data-key": "save", click: () => keep() }, t("save"))),
      node("h3", {}, t("saved-editions")),
      all.length ? node("ul", {}, ...all.map(row)) : node("p", { class: "muted" }, t("none")),
      usage ? node("p", { class: "muted" }, t("usage", { size: texts.size(usage) })) : undefined,
      all.length ? node("p", { class: "muted" }, t(persisted ? "persisted" : "may-be-evicted")) : undefined,
      (all.length > 0 || usage > 0) && globalThis.caches
        ? node("p", {}, node("button", { type: "button", class: "outlined", "data-key": "remove-all", click: () => act(removeAll, t("removed-all")) }, t("remove-all")))
        : undefined,
      ...(shown ? oneFileOffer("one-file") : []),
    ].filter(Boolean));
  }

  async function act(step, words) {
    try {
      await step();
      said = words ?? said;
    } catch (error) {
      said = t("failed", { why: error?.message ?? String(error) });
    }
    draw();
  }
  async function keep() {
    await act(async () => {
      const persisted = await navigator.storage?.persist?.().catch(() => false);
      const kept = await keeper.keep();
      said = kept ? t(persisted ? "kept" : "kept-not-persisted") : t(keeper.trouble === "full" ? "full" : "refused");
      if (kept) await start();
    });
  }
  async function removeAll() {
    await keeper.removeAll();
    await Updates.remove();
  }
  async function oneFile() {
    filed = t("one-file-making");
    draw();
    try {
      const { name, size } = await saveOneFile({ element, keeper, base });
      filed = t("one-file-done", { name, size: texts.size(size) });
    } catch (error) {
      filed = t("failed", { why: error?.message ?? String(error) });
    }
    draw();
  }

  async function start() {
    if (hasWorker && keeper.isOn) await updates.start(base).catch(() => (refused = true));
  }

  // What the browser says of the network is a hint: it may be back before anybody answers.
  let looked = Date.now();
  let pause = SOON;
  async function look() {
    if (document.visibilityState !== "visible") return;
    draw();
    if (!navigator.onLine) return;
    updates.check();
    if (Date.now() - looked < (keeper.shown?.reached === false ? pause : OFTEN)) return;
    looked = Date.now();
    await keeper.check();
    // Another edition at this address is offered already; one at another address stands in the index.
    if (!keeper.offered) element.lookForNewer();
    pause = keeper.shown?.reached === false ? Math.min(2 * pause, OFTEN) : SOON;
  }

  texts.changed = keeper.changed = updates.changed = draw;
  updates.mayReload = () => !keeper.isOwn;
  await texts.follow();
  draw();
  addEventListener("online", () => {
    looked = 0;
    pause = SOON;
    look();
  });
  addEventListener("offline", draw);
  document.addEventListener("visibilitychange", look);
  // The age in the strip, and a page that is never closed.
  setInterval(look, SOON);
  await start();
}
