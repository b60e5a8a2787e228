// STOP: always in the same place, on Escape, and honest about whether the robot has confirmed it.

import { askFor, reasonField } from "../widgets/dialog.js";
import { h, whenChanged } from "../widgets/dom.js";

export function stop(root, { store, stopper, commands, page }) {
  const button = h("button", { type: "button", className: "stop", "aria-keyshortcuts": "Escape", dataset: { testid: "stop" }, onclick: () => stopper.stop() },
    h("span", { className: "stop-word" }, "STOP"), h("kbd", { className: "keycap" }, "Esc"));
  if (page.may["robot.stop"]) root.append(button);
  const latch = document.getElementById("latch");
  const release = async () => {
    const given = await askFor({
      title: "Release the stop?",
      text: "The robot may move again. The trial stays paused until you resume it.",
      confirm: "Release",
      fields: [reasonField],
      suggestions: ["The way is clear", "Pressed by mistake"],
    });
    if (given) await commands.release(given.reason, stopper);
  };
  const draw = whenChanged(({ stopped, by, reason, stopping }) => {
    latch.hidden = !stopped && !stopping;
    latch.className = stopped ? "latch confirmed" : "latch";
    if (stopped) {
      latch.replaceChildren(
        h("div", {}, h("strong", { dataset: { testid: "stopped" } }, "ROBOT STOPPED"), h("span", {}, [" – confirmed by the robot's side", by && `by ${by}`, reason].filter(Boolean).join(" · "))),
        page.may["robot.release"] ? h("button", { type: "button", className: "button", onclick: release, dataset: { testid: "release" } }, "Release…") : "");
    } else if (stopping) {
      const failed = !["sent", "accepted"].includes(stopping);
      latch.replaceChildren(h("div", { dataset: { testid: "stopping" } },
        h("strong", {}, failed ? "STOP NOT CONFIRMED" : "STOPPING…"),
        h("span", {}, failed ? ` – ${stopping} Press again, and use the robot's own stop button.` : " – waiting for the robot's side to confirm")));
    } else {
      latch.replaceChildren();
    }
  });
  store.watch(["status", "stopping"], () => {
    const status = store.get("status") ?? {};
    draw({ stopped: status.stopped ?? false, by: status.stopped_by === page.me.id ? "you" : (page.people[status.stopped_by] ?? status.stopped_by), reason: status.stop_reason, stopping: store.get("stopping") });
  });
}
