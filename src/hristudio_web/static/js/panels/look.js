// Light or dark, normal or large type: kept in this browser, for all pages.

import { askFor } from "../widgets/dialog.js";
import { h } from "../widgets/dom.js";

const FIELDS = [
  { name: "theme", label: "Theme", kind: "select", options: [["", "As this computer is set"], ["light", "Light"], ["dark", "Dark"]] },
  { name: "type", label: "Type", kind: "select", options: [["", "Normal"], ["large", "Large"]] },
];

export function look(root) {
  const chosen = document.documentElement.dataset;
  const choose = async () => {
    const fields = FIELDS.map((field) => ({ ...field, value: chosen[field.name] ?? "" }));
    const given = await askFor({ title: "How it looks", confirm: "Use this", fields });
    for (const [name, value] of Object.entries(given ?? {})) set(name, value);
  };
  root.append(h("button", { type: "button", className: "button quiet", "aria-label": "Aa: how it looks", dataset: { testid: "look" }, onclick: choose }, "Aa"));
}

function set(name, value) {
  if (value) {
    localStorage.setItem(name, value);
    document.documentElement.dataset[name] = value;
  } else {
    localStorage.removeItem(name);
    delete document.documentElement.dataset[name];
  }
}
