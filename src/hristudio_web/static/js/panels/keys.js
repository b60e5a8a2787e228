// Single keys on and off: people who dictate or lean on the keyboard need them off (WCAG 2.1.4).

import { askFor } from "../widgets/dialog.js";
import { h } from "../widgets/dom.js";
import { onHotkey } from "../widgets/hotkeys.js";

const HELP = [
  ["Esc", "Stop the robot, always: while typing and in dialogs, too", "robot.stop"],
  ["1 … 9, letters", "Choose the answer or intervention that shows the key", "trial.steer"],
  ["⇧P", "Pause, resume", "trial.steer"],
  ["⇧S  ⇧R  ⇧J", "Skip, retry, jump", "trial.steer"],
  ["⇧C  ⇧A", "Complete, abort", "trial.steer"],
  ["⇧W", "Take the wizard's seat", "trial.steer"],
  ["⇧Q", "Send what is first in the queue", "trial.steer"],
  ["⇧N", "Write a note", "trial.annotate"],
  ["⇧M", "Mark “my mistake” at this moment", "trial.annotate"],
  ["?", "Show these keys", "trial.watch"],
];

export function keys(root, { store, page }) {
  const button = h("button", {
    type: "button", className: "button quiet", dataset: { testid: "keys" },
    title: "Single keys for answers and commands. Escape always stops the robot.",
    onclick: () => {
      const on = !store.get("keysOn");
      localStorage.setItem("keys", on ? "on" : "off");
      store.set({ keysOn: on });
    },
  });
  const help = () => {
    const always = HELP.filter(([, , permission]) => page.may[permission]).map(([key, words]) => row(key, words));
    const here = page.may["trial.steer"] ? ofThisStep(store).map(([key, words]) => row(key, words)) : [];
    return askFor({
      title: "Keys", confirm: "Close", other: { words: "Print", act: () => window.print() },
      content: h("div", { className: "stack" }, h("dl", { className: "help" }, always),
        here.length ? [h("h3", {}, "In this step"), h("dl", { className: "help" }, here)] : null),
    });
  };
  root.append(button, h("button", {
    type: "button", className: "button quiet", "aria-label": "Show the keys", dataset: { testid: "help" }, onclick: help,
  }, "?"));
  onHotkey("help", help);
  store.watch(["keysOn"], () => {
    const on = store.get("keysOn");
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Keys on" : "Keys off";
  });
}

function row(key, words) {
  return h("div", { className: "help-row" }, h("dt", {}, h("kbd", { className: "keycap" }, key)), h("dd", {}, words));
}

// Keys of the answers and interventions that are offered now, with their labels.
function ofThisStep(store) {
  const { prompts = [], interventions = [] } = store.get("state") ?? {};
  const words = ({ prompt, option, intervention }) => intervention
    ? interventions.find((one) => one.id === intervention)?.label
    : prompts.find((one) => one.id === prompt)?.options.find((one) => one.id === option)?.label;
  return (store.get("keys") ?? []).map((one) => [one.key, words(one)]).filter(([, label]) => label);
}
