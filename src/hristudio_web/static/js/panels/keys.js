// Single keys on and off: people who dictate or lean on the keyboard need them off (WCAG 2.1.4).

import { h } from "../widgets/dom.js";

export function keys(root, { store }) {
  const button = h("button", {
    type: "button", className: "button quiet", dataset: { testid: "keys" },
    title: "Single keys for answers and commands. Escape always stops the robot.",
    onclick: () => {
      const on = !store.get("keysOn");
      localStorage.setItem("keys", on ? "on" : "off");
      store.set({ keysOn: on });
    },
  });
  root.append(button);
  store.watch(["keysOn"], () => {
    const on = store.get("keysOn");
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Keys on" : "Keys off";
  });
}
