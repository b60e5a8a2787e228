// The live trial page: builds its parts and puts them together.

import { Camera } from "./client/camera.js";
import { Clock, now } from "./client/clock.js";
import { Connection } from "./client/connection.js";
import { Numbers } from "./client/numbers.js";
import { Queue } from "./client/queue.js";
import { Seat } from "./client/seat.js";
import { Stopper } from "./client/stop.js";
import { Store } from "./client/store.js";
import { Commands } from "./client/commands.js";
import * as panels from "./panels/index.js";
import { hotkeys } from "./widgets/hotkeys.js";
import { toaster } from "./widgets/toast.js";

const CHECK_MS = 200;
const SHOW_MS = 1500;
const root = document.getElementById("cockpit");
const page = JSON.parse(root.dataset.page);

const store = new Store({
  page,
  state: null,
  status: null,
  links: null,
  elsewhere: false,
  features: page.features,
  events: { items: [], before: 0, last: 0 },
  heardAt: performance.now(),
  online: false,
  opening: true,
  signedOut: false,
  clock: null,
  seat: "",
  seatLost: "",
  stopping: "",
  sent: "",
  keysOn: localStorage.getItem("keys") !== "off",
});
const connection = new Connection(store, page.robot);
const cockpit = {
  store,
  page,
  connection,
  clock: new Clock(connection, store),
  seat: new Seat(connection, store, page.robot),
  stopper: new Stopper(connection, store, {
    address: page.stop,
    token: document.querySelector('meta[name="csrf-token"]').content,
  }),
  say: toaster(document.getElementById("toasts")),
};
cockpit.camera = new Camera(connection, cockpit.clock);
cockpit.numbers = new Numbers(connection);
cockpit.queue = new Queue(store, page.robot);
cockpit.commands = new Commands(cockpit);

for (const element of document.querySelectorAll("[data-panel]")) {
  panels[element.dataset.panel](element, cockpit);
}
hotkeys(cockpit);
// The page is shown once there is something on it: nothing moves under the reader.
const show = () => requestAnimationFrame(() => root.parentElement.classList.add("ready"));
store.watch(["state"], () => store.get("state") && show());
setTimeout(show, SHOW_MS);
setInterval(() => connection.check(), CHECK_MS);
document.documentElement.dataset.readyAt = String(now());
