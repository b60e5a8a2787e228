// What the robot is doing, with real progress where it tells.

import { brief } from "../client/words.js";
import { percent } from "../client/format.js";
import { h, whenChanged } from "../widgets/dom.js";

const PHASES = { requested: "asked for", accepted: "accepted", running: "running", cancelling: "being cancelled", held: "held" };

export function running(root, { store }) {
  const draw = whenChanged((skills) => {
    root.replaceChildren(
      h("h2", { className: "panel-title" }, "Robot is doing"),
      skills.length ? h("ul", { className: "skill-list", dataset: { testid: "running" } }, skills.map(row)) : h("p", { className: "muted" }, "Nothing."),
    );
  });
  store.watch(["state", "status"], () => draw(store.get("state")?.running ?? store.get("status")?.running ?? []));
}

function row(skill) {
  const known = skill.progress >= 0;
  const bar = h("progress", { className: "thin", max: 1, "aria-label": `Progress of ${skill.skill}` });
  if (known) bar.value = skill.progress;
  const facts = [PHASES[skill.phase] ?? skill.phase, skill.source === "script" ? null : `by ${skill.source}`, skill.background ? "in the background" : null];
  return h("li", {},
    h("div", { className: "skill-head" }, h("strong", {}, skill.skill), h("span", { className: "muted" }, known ? percent(skill.progress) : "no progress told")),
    h("p", { className: "skill-words ellipsis" }, words(skill.arguments)), bar,
    h("p", { className: "hint" }, [...facts, skill.detail].filter(Boolean).join(" · ")));
}

function words(text) {
  try {
    return brief(JSON.parse(text || "{}"));
  } catch {
    return text;
  }
}
