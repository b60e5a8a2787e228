// The trial's events, the newest first. Holds a bounded number of rows; the rest is in the record.

import { clockTime } from "../client/format.js";
import { describe, groupOf, isQuiet } from "../client/words.js";
import { h } from "../widgets/dom.js";

const ROWS = 150;

export function stream(root, { store, page }) {
  const list = h("ol", { className: "stream", tabindex: 0, "aria-label": "Events, newest first", dataset: { testid: "stream" }, reversed: true });
  const all = h("input", { type: "checkbox", id: "all-events" });
  const count = h("span", { className: "muted", dataset: { testid: "last-seq" } });
  root.append(h("div", { className: "stream-head" }, h("h2", { className: "panel-title" }, "Events ", count),
    h("span", { className: "tag" }, all, h("label", { for: "all-events" }, "all kinds"))), list);
  let newest = null;
  const skills = new Map();

  const who = (actor) => {
    const name = actor === page.me.id ? "you" : page.people[actor];
    return name ? h("span", { className: "muted" }, ` · ${name}`) : null;
  };
  const row = (event) => h("li", { className: `event ${groupOf(event.kind)}`, dataset: { seq: event.seq, kind: event.kind } },
    h("span", { className: "event-time" }, clockTime(event.wall_ns)),
    h("span", { className: "event-words" }, describe(event, skills), who(event.actor)));
  const wanted = (event) => all.checked || !isQuiet(event);

  const redraw = (items) => {
    list.replaceChildren(...items.filter(wanted).slice(-ROWS).reverse().map(row));
  };
  const draw = () => {
    const { items, last } = store.get("events");
    count.textContent = last ? `${last}` : "";
    for (const { kind, payload } of items) if (kind === "skill.requested") skills.set(payload.goal, payload.skill);
    const known = newest && items.findIndex((event) => event.id === newest);
    if (known === null || known < 0) {
      redraw(items);
    } else {
      for (const event of items.slice(known + 1).filter(wanted)) list.prepend(row(event));
      while (list.children.length > ROWS) list.lastElementChild.remove();
    }
    newest = items.at(-1)?.id ?? null;
  };
  all.addEventListener("change", () => redraw(store.get("events").items));
  store.watch(["events"], draw);
}
