// Any topic of the robot as a number and its last half minute as a line.

import { seconds } from "../client/format.js";
import { h } from "../widgets/dom.js";

const DRAW_MS = 200;
const OLD_MS = 3000;

export function plot(root, { numbers, store, say }) {
  const none = h("option", { value: "" }, "Show a topic…");
  const topic = h("select", { className: "plot-choice", "aria-label": "Topic to show", dataset: { testid: "plot-topic" } }, none);
  const field = h("select", { className: "plot-choice", "aria-label": "Field to show", hidden: true, dataset: { testid: "plot-field" } });
  const value = h("output", { className: "plot-value", dataset: { testid: "plot-value" } });
  const canvas = h("canvas", { className: "plot-line", width: 240, height: 32, role: "img", "aria-label": "The last 30 seconds", hidden: true });
  const off = h("p", { className: "hint", hidden: true, dataset: { testid: "plot-off" } }, "Plots are switched off by an administrator.");
  root.append(topic, field, value, canvas, off);

  const on = () => store.get("features").plots;
  let met = false;
  let asked = false;
  const fill = async () => {
    if (!on() || asked || !store.get("links")?.bridge.up) return;
    asked = true;
    const known = await numbers.topics();
    asked = false;
    if (known) topic.replaceChildren(none, ...known.map((name) => h("option", { value: name, selected: name === numbers.topic }, name)));
  };
  topic.addEventListener("focus", fill);
  topic.addEventListener("change", async () => {
    field.replaceChildren();
    const answer = await numbers.choose(topic.value);
    if (!answer.accepted) say(answer.message, { bad: true });
  });
  // Chosen by pointer, a list gives the focus back: while it has it, single keys rest.
  let pointed = false;
  root.addEventListener("pointerdown", () => { pointed = true; });
  root.addEventListener("keydown", () => { pointed = false; });
  root.addEventListener("change", ({ target }) => pointed && target.blur());
  store.watch(["features"], () => {
    // Whom they were never offered is not told that they are off.
    met ||= on();
    root.hidden = !met;
    off.hidden = on();
    topic.hidden = value.hidden = !on();
    numbers.offer(on());
  });
  store.watch(["links", "features"], () => topic.length === 1 && fill());
  setInterval(() => tell({ numbers, field, value, canvas }), DRAW_MS);
}

function tell({ numbers, field, value, canvas }) {
  const fields = numbers.fields;
  if (fields.some((name, i) => field.options[i]?.value !== name)) {
    const chosen = field.value;
    field.replaceChildren(...fields.map((name) => h("option", { value: name, selected: name === chosen }, name)));
  }
  field.hidden = fields.length === 0;
  const series = numbers.series(field.value);
  const newest = series.at(-1);
  canvas.hidden = !newest;
  const silent = newest ? performance.now() - newest.at : 0;
  const old = silent > OLD_MS;
  value.classList.toggle("warn", old);
  if (!newest) value.textContent = numbers.topic ? "Waiting for a number…" : "";
  else value.textContent = old ? `${written(newest.value)} (${seconds(silent)} ago)` : written(newest.value);
  if (newest) draw(canvas, series);
}

function draw(canvas, series) {
  const { width, height } = canvas;
  const values = series.map((one) => one.value);
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const ink = canvas.getContext("2d");
  ink.clearRect(0, 0, width, height);
  ink.strokeStyle = getComputedStyle(canvas).color;
  ink.lineWidth = 2;
  ink.beginPath();
  for (const { age, value } of series) {
    ink.lineTo(width * (1 - age), span ? height - 2 - ((height - 4) * (value - low)) / span : height / 2);
  }
  ink.stroke();
}

function written(value) {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
