// How the robot and the way to it stand.

import { percent } from "../client/format.js";
import { h, whenChanged } from "../widgets/dom.js";

const WARN_MS = 5;

export function robot(root, { store, page }) {
  const draw = whenChanged(({ name, connected, battery, stopped, bridge, manager, skills, unshipped, lag, clock }) => {
    root.replaceChildren(
      h("h2", { className: "panel-title" }, name || page.title),
      h("dl", { className: "facts" },
        skills ? fact("Robot", stopped ? "stopped" : connected ? "connected" : "no answer", stopped || !connected ? "bad" : "good") : unknown("Robot"),
        fact("Battery", battery === undefined || battery < 0 ? "not told" : percent(battery), battery >= 0 && battery < 0.2 ? "warn" : "plain"),
        fact("Bridge", bridge ? "connected" : "lost", bridge ? "good" : "bad"),
        bridge ? fact("Skill server", skills ? "alive" : "silent", skills ? "good" : "bad") : unknown("Skill server"),
        bridge ? fact("Trial manager", manager ? "alive" : "silent", manager ? "good" : "bad") : unknown("Trial manager"),
        fact("Database", unshipped ? `${unshipped} events behind (${lag.toFixed(0)} s)` : "up to date", unshipped > 100 ? "warn" : "plain"),
        fact("Clock", clock === null ? "not measured" : `${clock.toFixed(1)} ms`, clock !== null && Math.abs(clock) > WARN_MS ? "warn" : "plain"),
      ),
    );
  });
  store.watch(["status", "links", "state", "clock"], () => {
    const status = store.get("status") ?? {};
    const links = store.get("links");
    const state = store.get("state") ?? {};
    const clock = store.get("clock");
    draw({
      name: status.robot, connected: status.connected ?? false, battery: status.battery, stopped: status.stopped ?? false,
      bridge: links?.bridge.up ?? false, manager: links?.manager.up ?? false, skills: links?.skills.up ?? false,
      unshipped: state.journal_unshipped ?? 0, lag: state.logger_lag_s ?? 0,
      clock: clock && clock.error >= 0 ? Math.round(clock.offset * 10) / 10 : null,
    });
  });
}

function unknown(label) {
  return fact(label, "not known", "warn");
}

function fact(label, words, level) {
  return h("div", { className: `fact ${level}` }, h("dt", {}, label), h("dd", {}, words));
}
