// Pause, resume, skip, retry, jump, complete and abort.

import { askFor, reasonField } from "../widgets/dialog.js";
import { h, icon, keycap, whenChanged } from "../widgets/dom.js";
import { onHotkey } from "../widgets/hotkeys.js";

const WHY = ["Participant asked for it", "Technical problem", "Ran out of time", "My mistake"];
const BUTTONS = [
  { id: "pause", key: "P", icon: "pause", label: "Pause" },
  { id: "skip", key: "S", icon: "skip", label: "Skip…" },
  { id: "retry", key: "R", icon: "retry", label: "Retry" },
  { id: "jump", key: "J", icon: "jump", label: "Jump…" },
  { id: "complete", key: "C", icon: "check", label: "Complete…" },
  { id: "abort", key: "A", icon: "abort", label: "Abort…", danger: true },
];

export function controls(root, cockpit) {
  const { store, commands, page } = cockpit;
  const acts = {
    pause: () => commands.control(commands.legal("resume") ? "resume" : "pause"),
    retry: () => commands.control("retry"),
    skip: () => withReason(commands, "skip", { title: "Skip what blocks now?", text: "The trial goes on behind it. It is recorded as a deviation.", confirm: "Skip" }),
    complete: () => withReason(commands, "complete", { title: "End the trial as completed?", text: "What is left of the script is not played.", confirm: "Complete the trial" }),
    abort: () => withReason(commands, "abort", { title: "Abort the trial?", text: "The robot's running skills are cancelled. A trial that was aborted cannot go on.", confirm: "Abort the trial", danger: true }),
    jump: () => jump(cockpit),
  };
  root.hidden = true;
  if (!page.may["trial.steer"]) return;
  const draw = whenChanged(({ legal, trial }) => {
    root.hidden = !trial;
    const resume = legal.includes("resume");
    root.replaceChildren(...BUTTONS.map((button) => {
      const command = button.id === "pause" && resume ? "resume" : button.id;
      const keys = store.get("keysOn") ? keycap(button.key, true) : null;
      return h("button", {
          type: "button", className: `button control${button.danger ? " danger-quiet" : ""}${command === "resume" ? " primary" : ""}`,
          disabled: !legal.includes(command), "aria-keyshortcuts": `Shift+${button.key}`,
          dataset: { testid: `control-${button.id}`, command: button.id }, onclick: acts[button.id],
        }, icon(command === "resume" ? "play" : button.icon), command === "resume" ? "Resume" : button.label, keys);
    }));
  });
  store.watch(["state", "seat", "keysOn"], () => {
    const state = store.get("state") ?? {};
    draw({ legal: store.get("seat") ? (state.legal ?? []) : [], trial: state.trial_id && state.phase !== "ended", keys: store.get("keysOn") });
  });
  for (const { id } of BUTTONS) {
    onHotkey(id, () => {
      const button = root.querySelector(`[data-command="${id}"]`);
      if (button && !button.disabled) button.click();
    });
  }
}

async function withReason(commands, command, words) {
  const given = await askFor({ ...words, fields: [reasonField], suggestions: WHY });
  if (given) await commands.control(command, { reason: given.reason });
}

async function jump({ store, commands }) {
  const steps = (await commands.steps()) ?? store.get("state")?.next_steps ?? [];
  const likely = store.get("state")?.next_steps?.[0]?.id ?? "";
  const given = await askFor({
    title: "Jump to another step?",
    text: "What runs now is ended. It is recorded as a deviation.",
    confirm: "Jump",
    suggestions: WHY,
    fields: [
      { name: "target", label: "Step", kind: "select", value: likely, options: steps.map((step) => [step.id, nameOf(step)]) },
      reasonField,
    ],
  });
  if (given) await commands.control("jump", { target: given.target, reason: given.reason });
}

function nameOf({ id, title, current, visits }) {
  const been = current ? " \u2013 now" : visits ? " \u2013 done before" : "";
  return `${title || id} (${id})${been}`;
}
