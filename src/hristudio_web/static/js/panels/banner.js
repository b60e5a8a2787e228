// What is lost, what still works, and what happens to the robot.

import { losses } from "../client/links.js";
import { h, icon, whenChanged } from "../widgets/dom.js";

export function banner(root, { store, page }) {
  const draw = whenChanged((found) => {
    root.replaceChildren(...found.map(({ id, title, lost, works, robot }) =>
      h("div", { className: "banner", dataset: { testid: `banner-${id}` } }, icon("broken"),
        h("div", {}, h("strong", {}, title),
          h("p", {}, h("b", {}, "Lost: "), lost, " ", h("b", {}, "Still works: "), works, " ", h("b", {}, "Robot: "), robot)))));
    document.body.classList.toggle("stale", found.some(({ id }) => id !== "robot"));
  });
  store.watch(["online", "opening", "signedOut", "links", "status"], () =>
    draw(losses({ online: store.get("online") || store.get("opening"), signedOut: store.get("signedOut"), links: store.get("links"), status: store.get("status"), namespace: page.namespace })));
}
