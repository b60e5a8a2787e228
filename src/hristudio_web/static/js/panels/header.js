// Which trial this is, how it stands and how long it has run.

import { length } from "../client/format.js";
import { h, whenChanged } from "../widgets/dom.js";

const PHASES = { idle: "Idle", running: "Running", paused: "Paused", stopped: "Stopped", recovering: "Recovering", ended: "Ended" };

export function header(root, { store, clock }) {
  const time = h("span", { className: "clock", dataset: { testid: "elapsed" } });
  const draw = whenChanged(({ protocol, participant, condition, mode, phase, outcome, done, total }) => {
    if (!protocol) {
      root.replaceChildren(h("span", { className: "muted" }, "No trial"));
      return;
    }
    root.replaceChildren(
      h("span", { className: `badge phase-${phase}`, dataset: { testid: "phase" } }, outcome ? `${PHASES[phase]}: ${outcome}` : (PHASES[phase] ?? phase)),
      h("span", { className: `badge mode-${mode}`, dataset: { testid: "mode" } }, mode),
      h("strong", { className: "ellipsis" }, participant || "no participant"),
      h("span", { className: "muted ellipsis" }, [protocol, condition].filter(Boolean).join(" · ")),
      time,
      total ? h("span", { className: "muted", title: "steps done" }, `${done}/${total} steps`) : null,
    );
  });
  store.watch(["state"], () => {
    const state = store.get("state") ?? {};
    draw({
      protocol: state.protocol, participant: state.participant, condition: state.condition, mode: state.mode,
      phase: state.phase, outcome: state.outcome, done: state.steps_done, total: state.steps_total,
    });
  });
  setInterval(() => {
    const state = store.get("state");
    if (!state?.started_ns || state.phase === "ended") return;
    time.textContent = length(clock.hostNow() - state.started_ns / 1e6);
  }, 500);
}
