// A dialog that asks for a reason or for values. It lies over the page but not over STOP, which stays in
// reach of the pointer, too. Escape does not close it: Escape stops the robot, always.

import { h } from "./dom.js";

// Resolves to the form's values, or to null when it is cancelled. With `content` it only tells something;
// `other` is a second way to use the values: {words, act}.
export function askFor({ title, text = "", fields = [], confirm, danger = false, suggestions = [], content = null, other = null }) {
  const dialog = h("dialog", { className: "dialog", "aria-labelledby": "dialog-title", dataset: { testid: "dialog" } });
  const form = h("form", { method: "dialog", className: "stack" });
  form.append(h("h2", { id: "dialog-title" }, title));
  if (text) form.append(h("p", { className: "muted" }, text));
  if (content) form.append(content);
  for (const field of fields) form.append(row(field, suggestions));
  const cancel = h("button", { type: "button", className: "button", hidden: Boolean(content) }, "Cancel");
  const submit = h("button", { type: "submit", className: danger ? "button danger" : "button primary" }, confirm);
  const second = other && h("button", { type: "button", className: "button" }, other.words);
  form.append(h("div", { className: "dialog-buttons" }, cancel, second, submit));
  dialog.append(form);
  const shade = h("div", { className: "shade" });
  const main = document.querySelector("main");
  const before = document.activeElement;
  document.body.append(shade, dialog);
  main.inert = true;
  return new Promise((resolve) => {
    const end = (value) => {
      dialog.close();
      dialog.remove();
      shade.remove();
      main.inert = false;
      before?.focus?.();
      resolve(value);
    };
    cancel.addEventListener("click", () => end(null));
    second?.addEventListener("click", () => {
      if (!form.reportValidity()) return;
      other.act(Object.fromEntries(new FormData(form)));
      end(null);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      end(Object.fromEntries(new FormData(form)));
    });
    dialog.show();
    (form.querySelector("[autofocus], textarea, input, select") ?? (content ? submit : cancel)).focus();
  });
}

function row(field, suggestions) {
  const { name, label, kind = "text", required = false, value = "", options = [], hint = "", attributes = {}, bank = [] } = field;
  const id = `field-${name}`;
  const common = { id, name, required, ...attributes };
  const control =
    kind === "select"
      ? h("select", common, options.map(([key, words]) => h("option", { value: key, selected: key === value }, words)))
      : kind === "textarea"
        ? h("textarea", { ...common, rows: 2, maxlength: 1000 })
        : h("input", { ...common, type: kind === "number" ? "number" : "text", maxlength: 1000, autocomplete: "off" });
  if (kind !== "select") control.value = value;
  const offered = name === "reason" ? suggestions : bank;
  const chips = offered.length ? chipsFor(control, offered) : null;
  return h("div", { className: "field" }, h("label", { for: id }, label), control, hint && h("p", { className: "hint" }, hint), chips);
}

function chipsFor(control, suggestions) {
  return h("div", { className: "chips" }, suggestions.map((words) =>
    h("button", { type: "button", className: "chip", onclick: () => { control.value = words; control.focus(); } }, words)));
}

export const reasonField = { name: "reason", label: "Reason (kept with the trial)", kind: "textarea", required: true };
