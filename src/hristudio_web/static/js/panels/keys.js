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
  const rows = HELP.filter(([, , permission]) => page.may[permission]).map(([key, words]) =>
    h("div", { className: "help-row" }, h("dt", {}, h("kbd", { className: "keycap" }, key)), h("dd", {}, words)));
  const help = () => askFor({ title: "Keys", confirm: "Close", content: h("dl", { className: "help" }, rows) });
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
