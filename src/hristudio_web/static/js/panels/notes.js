// Notes with tags. Observers write them too.

import { h } from "../widgets/dom.js";
import { onHotkey } from "../widgets/hotkeys.js";

const TAGS = ["smile", "confused", "technical", "my-mistake"];

export function notes(root, { store, commands, say }) {
  const input = h("input", { type: "text", maxlength: 2000, id: "note", placeholder: "What did you notice?", autocomplete: "off", dataset: { testid: "note" } });
  const boxes = TAGS.map((tag) => h("input", { type: "checkbox", name: "tag", value: tag, id: `tag-${tag}` }));
  const save = h("button", { type: "submit", className: "button" }, "Note");
  const mark = async () => {
    if (mistake.disabled) return;
    const answer = await commands.annotate("", ["my-mistake"]);
    if (answer.accepted) say("Marked as your mistake. Shift+N adds words.");
  };
  const mistake = h("button", { type: "button", className: "button quiet", dataset: { testid: "mistake" }, onclick: mark },
    "My mistake now", h("kbd", { className: "keycap", "aria-hidden": "true" }, "⇧M"));
  const form = h("form", { className: "notes", onsubmit: async (event) => {
      event.preventDefault();
      const tags = boxes.filter((box) => box.checked).map((box) => box.value);
      const text = input.value;
      if (!text.trim() && !tags.length) return input.focus();
      save.disabled = true;
      const answer = await commands.annotate(text, tags);
      save.disabled = false;
      // What was typed stays until it is kept.
      if (!answer.accepted) return undefined;
      if (input.value === text) input.value = "";
      boxes.forEach((box) => { box.checked = false; });
      return undefined;
    } },
    h("label", { for: "note", className: "panel-title" }, "Note", h("kbd", { className: "keycap", "aria-hidden": "true" }, "⇧N")),
    h("div", { className: "row tight" }, input, save),
    h("div", { className: "chips" }, boxes.map((box, i) => h("span", { className: "tag" }, box, h("label", { for: box.id }, TAGS[i]))), mistake),
  );
  root.append(form);
  store.watch(["state"], () => {
    const { trial_id: trial, phase } = store.get("state") ?? {};
    save.disabled = !trial || phase === "ended";
    mistake.disabled = save.disabled;
  });
  onHotkey("mistake", mark);
  onHotkey("note", () => input.focus());
}
