// Events in words, for people who do not know their kinds.

const WORDS = {
  "trial.started": () => "Trial started",
  "trial.paused": (p) => `Paused${p.reason ? `: ${p.reason}` : ""}`,
  "trial.resumed": () => "Resumed",
  "trial.recovered": () => "Trial manager came back",
  "trial.ending": (p) => `Trial is ending${p.reason ? `: ${p.reason}` : ""}`,
  "trial.ended": (p) => `Trial ended: ${p.outcome}${p.reason ? ` (${p.reason})` : ""}`,
  "clock.jumped": (p) => `The simulation's time jumped back by ${(-p.by_ns / 1e9).toFixed(1)} s`,
  "journal.gap": (p) => `Events could not be kept: ${p.reason}`,
  "step.entered": (p) => `Step: ${p.step}`,
  "step.leaving": (p) => `Leaving step ${p.step}`,
  "step.left": (p) => `Left step ${p.step} (${p.how})`,
  "action.started": (p) => `Action: ${p.action}`,
  "action.ended": (p) => `Action ${p.outcome}${p.reason ? `: ${p.reason}` : ""}`,
  "action.cancelling": () => "Cancelling what runs",
  "action.timed_out": (p) => `Timed out after ${p.timeout_s} s`,
  "skill.requested": (p) => `Robot: ${p.skill} ${brief(p.arguments)}`,
  "skill.accepted": (p) => `Robot accepted ${p.skill ?? ""}`,
  "skill.held": (p) => `${p.skill ?? "Skill"} ${p.held ? "held" : "goes on"}`,
  "skill.cancel_requested": (p) => `Cancelling ${p.skill ?? "a skill"}: ${p.reason}`,
  "skill.ended": (p) => `${p.skill ?? "Skill"} ${p.outcome}${p.detail ? `: ${p.detail}` : ""}`,
  "skill.foreign": (p) => `From outside: ${p.skill}`,
  "prompt.opened": (p) => `Question: ${p.text}`,
  "prompt.answered": (p) => `Answer: ${p.text || p.option} (${Number(p.reply_s).toFixed(1)} s)`,
  "prompt.closed": (p) => `Question closed: ${p.reason}`,
  "prompt.slow": (p) => `Reply slower than ${p.threshold_s} s (${p.level})`,
  "wait.started": () => "Waiting",
  "wait.failed": (p) => `Cannot wait${p.reason ? `: ${p.reason}` : ""}`,
  "wait.satisfied": (p) => `Waited for ${p.by}`,
  "branch.taken": (p) => (p.when ? `Branch: ${p.when}` : "Branch: otherwise"),
  "choice.drawn": (p) => `Drawn: ${p.id || p.option}`,
  "loop.turned": (p) => `Turn ${p.turn}`,
  "loop.ended": (p) => `Loop ended after ${p.turns} (${p.reason})`,
  "variable.set": (p) => `${p.name} = ${brief(p.value)}`,
  mark: (p) => `Mark: ${p.label}`,
  observation: (p) => `Observed ${p.code}: ${p.text || p.option}`,
  annotation: (p) => `Note: ${[p.text, ...(p.tags ?? []).map((tag) => `#${tag}`)].join(" ")}`,
  control: (p) => `Wizard: ${p.command}${p.reason ? ` (${p.reason})` : ""}`,
  intervention: (p) => `Intervention: ${p.intervention || p.skill} ${brief(p.arguments)}`,
  deviation: (p) => `Deviation: ${p.deviation}${p.detail ? ` (${p.detail})` : ""}`,
  "seat.taken": (p) => `${p.label || p.holder} took the seat${p.how === "claim" ? "" : ` (${p.how.replace("_", " ")}${p.reason ? `: ${p.reason}` : ""})`}`,
  "seat.left": (p) => `Seat left (${p.how})`,
  "robot.stop_requested": (p) => `Stop asked for${p.reason ? `: ${p.reason}` : ""}`,
  "robot.stopped": (p) => `ROBOT STOPPED: ${p.reason}`,
  "robot.released": (p) => `Stop released: ${p.reason}`,
  "timer.set": (p) => `Timer: ${p.seconds} s`,
};

const GROUPS = [
  ["robot.stopped", "danger"],
  ["deviation", "warn"],
  ["clock.jumped", "warn"],
  ["journal.gap", "warn"],
  ["prompt.slow", "warn"],
  ["intervention", "person"],
  ["annotation", "person"],
  ["prompt.answered", "person"],
  ["control", "person"],
  ["step.", "step"],
  ["trial.", "step"],
];

// Events that only a debugging eye wants to see.
const QUIET = new Set(["timer.set", "action.started", "action.ended", "skill.accepted", "step.left", "step.leaving", "variable.set",
  "action.cancelling", "trial.ending", "wait.started"]);

// `skills` gives the skill of a goal's id: the facts after the first one name the goal alone.
export function describe(event, skills = new Map()) {
  const words = WORDS[event.kind];
  const skill = skills.get(event.payload.goal);
  const payload = skill && !event.payload.skill ? { ...event.payload, skill } : event.payload;
  return words ? words(payload).trim() : event.kind;
}

export function groupOf(kind) {
  return GROUPS.find(([start]) => kind.startsWith(start))?.[1] ?? "plain";
}

export function isQuiet({ kind, payload }) {
  return QUIET.has(kind) || (kind === "skill.ended" && payload.outcome === "succeeded");
}

export function brief(value) {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return String(value);
  const parts = Object.values(value).map((one) => (typeof one === "string" ? `“${one}”` : JSON.stringify(one)));
  return parts.join(", ").slice(0, 120);
}
