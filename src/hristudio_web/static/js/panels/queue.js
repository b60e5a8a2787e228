// What waits to be said or done: sent by a key, edited or dropped before it is.

import { fieldsOf, valuesOf } from "../client/offers.js";
import { brief } from "../client/words.js";
import { askFor } from "../widgets/dialog.js";
import { h, keycap, whenChanged } from "../widgets/dom.js";
import { onHotkey } from "../widgets/hotkeys.js";

export function queue(root, { store, commands, queue: waiting }) {
  const first = () => root.querySelector("button[data-send]:not(:disabled)");
  const draw = whenChanged(({ entries, offers, able, keysOn }) => {
    const inside = root.contains(document.activeElement);
    root.hidden = entries.length === 0;
    root.replaceChildren(
      h("h2", { className: "panel-title" }, `Queue (${entries.length})`, keysOn ? keycap("Q", true) : null),
      h("ol", { className: "queue", dataset: { testid: "queue" } }, entries.map((entry) =>
        row(entry, { offer: offers.find((one) => one.id === entry.intervention), able, waiting, commands }))),
    );
    if (inside) (first() ?? document.getElementById("main")).focus();
  });
  store.watch(["state", "seat", "queue", "keysOn"], () => {
    const state = store.get("state") ?? {};
    draw({
      entries: store.get("queue").entries, offers: state.interventions ?? [], keysOn: store.get("keysOn"),
      able: Boolean(store.get("seat")) && state.phase === "running",
    });
  });
  onHotkey("queue", () => first()?.click());
}

function row(entry, { offer, able, waiting, commands }) {
  const words = brief(entry.values);
  const edit = async () => {
    const given = await askFor({ title: `Queued: ${entry.label}`, confirm: "Keep", fields: fieldsOf(offer, entry.values) });
    if (given) waiting.change(entry.id, valuesOf(offer, given));
  };
  return h("li", { className: "queued" },
    h("span", { className: "queued-words" }, words, offer ? null : h("span", { className: "hint" }, "Not offered in this step")),
    h("button", { type: "button", className: "button", disabled: !able || !offer || offer.remaining === 0, dataset: { send: "" },
      "aria-label": `Send now: ${words}`, onclick: () => waiting.send(entry.id, commands) }, "Send"),
    h("button", { type: "button", className: "button quiet", disabled: !offer, "aria-label": `Edit: ${words}`, onclick: edit }, "Edit"),
    h("button", { type: "button", className: "button quiet", "aria-label": `Drop: ${words}`, onclick: () => waiting.remove(entry.id) }, "×"));
}
