// What may come next.

import { h, whenChanged } from "../widgets/dom.js";

export function next(root, { store }) {
  const draw = whenChanged((steps) => {
    root.replaceChildren(
      h("h2", { className: "panel-title" }, "Next"),
      steps.length
        ? h("ol", { className: "next-list" }, steps.map((step) =>
            h("li", {}, h("span", {}, step.id === "end" ? "End of the trial" : step.title || step.id), step.when ? h("span", { className: "muted" }, step.when) : null)))
        : h("p", { className: "muted" }, "Nothing follows."),
    );
  });
  store.watch(["state"], () => draw(store.get("state")?.next_steps ?? []));
}
