// What happens now: the step, its instructions and how long it has taken.

import { length } from "../client/format.js";
import { h, whenChanged } from "../widgets/dom.js";

const STANDING = { paused: "Paused", stopped: "Stopped", recovering: "Recovering" };

export function now(root, { store, clock, page }) {
  const time = h("span", { className: "clock" });
  const bar = h("progress", { max: 1, className: "thin", "aria-label": "Time in this step against what is expected" });
  const draw = whenChanged(({ elsewhere, phase, title, instructions, reason, outcome, expected, doing, trial }) => {
    if (elsewhere) {
      root.replaceChildren(...taken());
    } else if (!phase || phase === "idle") {
      root.replaceChildren(...idle(page));
    } else if (phase === "ended") {
      root.replaceChildren(...ended(outcome, reason, trial, page));
    } else {
      root.replaceChildren(
        STANDING[phase] ? h("p", { className: "standing", role: "status", dataset: { testid: "standing" } }, h("strong", {}, STANDING[phase]), reason ? ` – ${reason}` : "") : "",
        h("div", { className: "now-head" }, h("h2", { dataset: { testid: "step-title" } }, title || "Between steps"),
          h("span", { className: "now-time" }, time, expected ? h("span", { className: "muted" }, ` of about ${length(expected * 1000)}`) : null)),
        expected ? bar : "",
        instructions ? h("p", { className: "instructions" }, instructions) : "",
        doing ? h("p", { className: "muted doing" }, `Now: ${doing}`) : "",
      );
    }
  });
  store.watch(["state", "elsewhere"], () => {
    const s = store.get("state") ?? {};
    draw({ elsewhere: store.get("elsewhere"), phase: s.phase, title: s.step_title || s.step, instructions: s.instructions, reason: s.reason, outcome: s.outcome,
      expected: s.expected_s, doing: s.doing, trial: s.trial_id });
  });
  setInterval(() => {
    const state = store.get("state");
    if (!state?.step_started_ns) return;
    const spent = clock.hostNow() - state.step_started_ns / 1e6;
    time.textContent = length(spent);
    bar.value = state.expected_s ? Math.min(1, spent / 1000 / state.expected_s) : 0;
  }, 250);
}

function idle(page) {
  return [
    h("h2", {}, "No trial runs on this robot"),
    h("p", { className: "instructions" }, "As soon as one starts it appears here, whoever started it."),
    page.may["trial.start"] ? h("p", {}, h("a", { className: "button primary", href: page.start }, "Start a trial")) : "",
  ];
}

function taken() {
  return [
    h("h2", { dataset: { testid: "elsewhere" } }, "A trial of another study"),
    h("p", { className: "instructions" }, "This robot runs one, or ran one last. You see the robot's trials again when one of yours starts."),
  ];
}

function ended(outcome, reason, trial, page) {
  return [
    h("h2", { dataset: { testid: "ended" } }, `Trial ended: ${outcome}`),
    reason && outcome !== "completed" ? h("p", { className: "instructions" }, reason) : "",
    h("p", { className: "row" },
      h("a", { className: "button primary", href: `${page.records}/${encodeURIComponent(trial)}` }, "Open the record"),
      page.may["trial.start"] ? h("a", { className: "button", href: page.start }, "Start another trial") : ""),
  ];
}
