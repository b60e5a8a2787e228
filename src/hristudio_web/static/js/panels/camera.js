// What the robot sees now, and how old that is.

import { clockTime, seconds } from "../client/format.js";
import { h } from "../widgets/dom.js";

const OLD_MS = 2000;
const ASK_AGAIN_MS = 5000;

export function camera(root, { camera: pictures, store }) {
  const choice = h("select", { className: "camera-choice", "aria-label": "Which camera", hidden: true, onchange: () => pictures.choose(choice.value) });
  const canvas = h("canvas", { className: "camera-view", width: 320, height: 240, role: "img", "aria-label": "What the robot sees", dataset: { testid: "camera", state: "none" } });
  const words = h("p", { className: "hint camera-words", dataset: { testid: "camera-words" } }, "Looking for a camera…");
  root.append(h("div", { className: "stream-head" }, h("h2", { className: "panel-title" }, "Camera"), choice), canvas, words);
  let known = null;
  let met = false;
  const on = () => store.get("features").camera;

  pictures.draw((bitmap) => {
    if (!bitmap) return;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
  });

  const find = async () => {
    if (!on() || known?.length || !store.get("links")?.bridge.up) return;
    known = await pictures.topics();
    if (!known?.length) return;
    choice.replaceChildren(...known.map((topic) => h("option", { value: topic }, topic)));
    choice.hidden = !on() || known.length < 2;
    pictures.choose(known[0]);
  };
  const tell = () => {
    const { age, rate, since } = pictures.figures();
    const old = age !== null && age > OLD_MS;
    canvas.dataset.state = age === null ? "none" : old ? "old" : "live";
    words.classList.toggle("warn", old);
    if (!on()) words.textContent = "Switched off by an administrator.";
    else if (age === null) words.textContent = known === null ? "Looking for a camera…" : known.length ? "Waiting for the first picture…" : "This robot shows no camera.";
    else words.textContent = old ? `No picture since ${clockTime(since * 1e6)}` : `${rate.toFixed(0)} pictures/s · ${seconds(age)} old`;
  };
  const offer = () => {
    // Whom it was never offered is not told that it is off.
    met ||= on();
    root.hidden = !met;
    choice.hidden = !on() || !(known?.length > 1);
    pictures.offer(on());
    tell();
  };
  store.watch(["features"], offer);
  store.watch(["links", "features"], find);
  setInterval(find, ASK_AGAIN_MS);
  setInterval(tell, 250);
}
