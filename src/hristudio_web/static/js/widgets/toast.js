// Short messages that answer what somebody did. Refusals stay until they are closed.

import { h } from "./dom.js";

const SHOWN_MS = 4000;

export function toaster(root) {
  return (text, { bad = false } = {}) => {
    const close = h("button", { type: "button", className: "toast-close", "aria-label": "Close message" }, "×");
    const toast = h("div", { className: bad ? "toast bad" : "toast", role: bad ? "alert" : "status", dataset: { testid: "toast" } },
      h("span", {}, text), close);
    close.addEventListener("click", () => toast.remove());
    root.append(toast);
    while (root.children.length > 3) root.firstElementChild.remove();
    if (!bad) setTimeout(() => toast.remove(), SHOWN_MS);
  };
}
