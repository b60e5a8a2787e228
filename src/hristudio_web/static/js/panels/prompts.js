// The open questions, with their answers as large buttons and single keys.

import { now } from "../client/clock.js";
import { seconds } from "../client/format.js";
import { keyOf } from "../client/keys.js";
import { h, keycap, whenChanged } from "../widgets/dom.js";
import { onHotkey, pressKey } from "../widgets/hotkeys.js";

const KINDS = { failure: "Something failed", recovery: "After an interruption", observe: "Please observe", confirm: "Confirm", mark: "Waiting for you" };

export function prompts(root, cockpit) {
  const { store, commands } = cockpit;
  const live = h("p", { className: "visually-hidden", "aria-live": "assertive", dataset: { testid: "announcer" } });
  const list = h("div", { className: "prompt-list" });
  root.append(live, list);
  const shown = new Map();
  const answer = (prompt, what) => commands.decide(prompt, what, shown.get(prompt) ?? 0);

  const draw = whenChanged(({ open, keys, mine, sent, standing, may }) => {
    const typed = new Map([...list.querySelectorAll("input[data-prompt]")].map((input) => [input.dataset.prompt, input.value]));
    const focused = document.activeElement?.closest?.("[data-focus]")?.dataset.focus;
    list.replaceChildren(...open.map((prompt) => card(prompt, { keys, able: mine && !standing, sent, typed, answer, clock: cockpit.clock })));
    if (open.length && may && !mine) list.prepend(watching());
    if (focused) list.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    for (const prompt of open) {
      if (shown.has(prompt.id)) continue;
      shown.set(prompt.id, now());
      live.textContent = `${prompt.text} ${prompt.options.map((option) => `${keyOf(keys, { prompt: prompt.id, option: option.id })}: ${option.label}`).join(", ")}`;
    }
  });
  store.watch(["state", "seat", "sent", "keys", "keysOn"], () => {
    const state = store.get("state") ?? {};
    draw({
      open: state.prompts ?? [],
      keys: store.get("keysOn") ? (store.get("keys") ?? []) : [],
      mine: Boolean(store.get("seat")),
      sent: store.get("sent"),
      standing: ["paused", "stopped", "recovering"].includes(state.phase) && !(state.prompts ?? []).some((one) => one.kind === "recovery"),
      may: cockpit.page.may["trial.steer"],
    });
  });
  onHotkey("option", ({ prompt, option }) => {
    const button = list.querySelector(`[data-focus="${CSS.escape(`${prompt}/${option}`)}"]`);
    if (button && !button.disabled) button.click();
  });
  setInterval(() => list.querySelectorAll("[data-opened]").forEach((timer) => tick(timer, cockpit.clock)), 100);
}

function card(prompt, { keys, able, sent, typed, answer }) {
  const waiting = sent === prompt.id;
  const options = prompt.options.map((option) => {
    const key = keyOf(keys, { prompt: prompt.id, option: option.id });
    return h("button", {
        type: "button", className: "option", disabled: !able || waiting, "aria-keyshortcuts": key || null,
        dataset: { focus: `${prompt.id}/${option.id}`, testid: `option-${option.id}` },
        onclick: () => answer(prompt.id, { option: option.id }),
      },
      keycap(key),
      h("span", { className: "option-text" }, h("span", { className: "option-label" }, option.label),
        option.hint ? h("span", { className: "option-hint" }, option.hint) : null),
      option.id === prompt.default_option && prompt.deadline_ns ? h("span", { className: "badge" }, "default") : null);
  });
  return h("section", { className: `prompt kind-${prompt.kind}`, "aria-label": prompt.text, dataset: { testid: "prompt" } },
    h("div", { className: "prompt-head" },
      h("h3", {}, prompt.text),
      h("span", { className: "timer", dataset: { opened: prompt.opened_ns / 1e6, deadline: prompt.deadline_ns / 1e6, amber: prompt.amber_s, red: prompt.red_s, testid: "timer" } })),
    KINDS[prompt.kind] ? h("p", { className: "muted" }, KINDS[prompt.kind]) : null,
    h("div", { className: `options count-${Math.min(options.length, 6)}` }, options),
    prompt.free_text ? freeText(prompt, { able: able && !waiting, typed, answer }) : null,
    waiting ? h("p", { className: "muted", role: "status" }, "Sent, waiting for the robot host…") : null);
}

function freeText(prompt, { able, typed, answer }) {
  const input = h("input", { type: "text", maxlength: 1000, disabled: !able, "aria-label": `Answer in your own words: ${prompt.text}`,
    placeholder: "Or answer in your own words", value: typed.get(prompt.id) ?? "", dataset: { prompt: prompt.id, focus: `${prompt.id}/text` } });
  return h("form", { className: "free", onsubmit: (event) => {
      event.preventDefault();
      if (input.value.trim()) answer(prompt.id, { text: input.value.trim() });
    } }, input, h("button", { type: "submit", className: "button", disabled: !able }, "Answer"));
}

function watching() {
  return h("div", { className: "watching" }, h("span", {}, "You are watching. Decisions need the wizard's seat."),
    h("button", { type: "button", className: "button primary", onclick: () => pressKey("seat") }, "Take the wizard seat"));
}

function tick(timer, clock) {
  const { opened, deadline, amber, red } = timer.dataset;
  const spent = clock.hostNow() - Number(opened);
  const left = Number(deadline) ? Number(deadline) - clock.hostNow() : 0;
  const level = Number(red) && spent >= red * 1000 ? "red" : Number(amber) && spent >= amber * 1000 ? "amber" : "calm";
  timer.dataset.level = level;
  const words = { red: "late", amber: "slow", calm: "" }[level];
  timer.textContent = `${seconds(spent)}${words ? ` · ${words}` : ""}${left > 0 ? ` · ${Math.ceil(left / 1000)} s left` : ""}`;
}
