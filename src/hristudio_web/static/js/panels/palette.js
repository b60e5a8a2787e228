// What the wizard may do off the script in this step, with what can be filled in.

import { keyOf } from "../client/keys.js";
import { askFor } from "../widgets/dialog.js";
import { h, keycap, whenChanged } from "../widgets/dom.js";
import { onHotkey } from "../widgets/hotkeys.js";

export function palette(root, { store, commands, page }) {
  const act = (one) => intervene(one, commands);
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

function read(one) {
  try {
    return Object.entries(JSON.parse(one.arguments || "{}"));
  } catch {
    return [];
  }
}

function hasArguments(one) {
  return read(one).length > 0;
}

async function intervene(one, commands) {
  const open = read(one);
  let values = {};
  if (open.length) {
    const given = await askFor({ title: one.label, confirm: "Do it", fields: open.flatMap(([name, argument]) => fieldsOf(name, argument)) });
    if (!given) return;
    values = Object.fromEntries(open.map(([name, argument]) => [name, valueOf(name, argument, given)]));
  }
  await commands.intervene({ intervention: one.id, values });
}

// An utterance bank gives a list to choose from; `free` lets the wizard edit before it is sent.
function fieldsOf(name, argument) {
  const bank = argument.utterances ?? [];
  const label = name.replaceAll("_", " ");
  const start = argument.default ?? bank[0] ?? "";
  if (argument.options?.length) {
    return [{ name, label, kind: "select", options: argument.options.map((one) => [JSON.stringify(one), String(one)]), value: JSON.stringify(argument.default) }];
  }
  if (isNumber(argument)) {
    const range = argument.min !== undefined && argument.min !== null ? `${argument.min} to ${argument.max}` : "";
    return [{ name, label, kind: "number", value: start, hint: range, required: true, attributes: { min: argument.min, max: argument.max, step: "any" } }];
  }
  if (bank.length && !argument.free) {
    return [{ name, label, kind: "select", options: bank.map((words) => [words, words]), value: start }];
  }
  return [{ name, label, kind: "utterance", value: start, bank, required: true }];
}

function isNumber(argument) {
  return typeof argument.default === "number" || typeof argument.min === "number" || typeof argument.max === "number";
}

function valueOf(name, argument, given) {
  if (argument.options?.length) return JSON.parse(given[name]);
  return isNumber(argument) ? Number(given[name]) : given[name];
}
