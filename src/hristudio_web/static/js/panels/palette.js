// What the wizard may do off the script in this step, with what can be filled in.

import { keyOf } from "../client/keys.js";
import { fieldsOf, hasArguments, valuesOf } from "../client/offers.js";
import { askFor } from "../widgets/dialog.js";
import { h, keycap, whenChanged } from "../widgets/dom.js";
import { onHotkey } from "../widgets/hotkeys.js";

export function palette(root, { store, commands, queue, page }) {
  const act = (one) => intervene(one, { commands, queue });
  const draw = whenChanged(({ offers, keys, able }) => {
    root.hidden = !page.may["trial.steer"] || offers.length === 0;
    root.replaceChildren(
      h("h2", { className: "panel-title" }, "Off the script"),
      h("div", { className: "palette" }, offers.map((one) => h("button", {
            type: "button", className: "button offer", disabled: !able || one.remaining === 0,
            dataset: { intervention: one.id, testid: `intervention-${one.id}` }, onclick: () => act(one),
          }, keycap(keyOf(keys, { intervention: one.id })), h("span", {}, one.label, hasArguments(one) ? "…" : ""),
            one.remaining >= 0 ? h("span", { className: "muted" }, `${one.remaining} left`) : null)))
    );
  });
  store.watch(["state", "seat", "keys", "keysOn"], () => {
    const state = store.get("state") ?? {};
    draw({ offers: state.interventions ?? [], keys: store.get("keysOn") ? (store.get("keys") ?? []) : [], able: Boolean(store.get("seat")) && state.phase === "running" });
  });
  onHotkey("intervention", ({ intervention }) => {
    const button = root.querySelector(`[data-intervention="${CSS.escape(intervention)}"]`);
    if (button && !button.disabled) button.click();
  });
}

async function intervene(offer, { commands, queue }) {
  let values = {};
  if (hasArguments(offer)) {
    const later = (given) => queue.add(offer.id, offer.label, valuesOf(offer, given));
    const given = await askFor({ title: offer.label, confirm: "Do it", fields: fieldsOf(offer), other: { words: "Queue it", act: later } });
    if (!given) return;
    values = valuesOf(offer, given);
  }
  await commands.intervene({ intervention: offer.id, values });
}
