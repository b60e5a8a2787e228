// The socket to the dashboard's server: watches one robot, asks questions, notices silence.

import { io } from "../../vendor/socket.io.esm.min.js";
import { EventList } from "./events.js";
import { newId } from "./ids.js";

export const SILENCE_MS = 1300;
const DEAD_MS = 3000;
const ASK_MS = 6000;
const MOVE_MS = 3000;

export class Connection {
  #socket;
  #store;
  #robot;
  #events = new EventList();
  #renewed = 0;
  #asking = new Set();
  #moving = null;
  #met = false;

  constructor(store, robot) {
    this.#store = store;
    this.#robot = robot;
    this.#socket = io({
      transports: ["websocket"],
      reconnectionDelay: 200,
      reconnectionDelayMax: 1000,
      timeout: 3000,
    });
    this.#socket.on("connect", () => {
      this.#met = true;
      this.#watch();
    });
    this.#socket.on("disconnect", (reason) => this.#lost(reason));
    this.#socket.on("connect_error", (error) => this.#refused(error));
    this.#socket.on("leave", () => this.#move());
    this.#socket.on("frame", (frame, taken) => {
      this.#take(frame);
      taken?.();
    });
  }

  // Hear another of the server's events; "connect" is one, too.
  listen(event, take) {
    this.#socket.on(event, take);
  }

  get up() {
    return this.#socket.connected;
  }

  // Ask the server; the answer always has `accepted`, and `code` and `message` when it is false.
  async ask(event, payload = {}, wait = ASK_MS) {
    await this.#moving;
    const asked = this.#ask(event, payload, wait);
    this.#asking.add(asked);
    return asked.finally(() => this.#asking.delete(asked));
  }

  async #ask(event, payload, wait) {
    if (!this.up) return refusal("offline", "The dashboard's server cannot be reached. Nothing was sent.");
    try {
      const answer = await this.#socket.timeout(wait).emitWithAck(event, { robot: this.#robot, id: newId(), ...payload });
      return answer && typeof answer === "object" ? answer : refusal("odd", "The answer makes no sense.");
    } catch {
      return refusal("no_answer", "No answer in time. Look at the events to see whether it was done.");
    }
  }

  // Look whether the line has fallen silent. Call it often.
  check(now = performance.now()) {
    const heard = this.#store.get("heardAt");
    const silent = !this.up || now - heard > SILENCE_MS;
    // A page that has just been opened is given as long to find the server as one that has lost it.
    this.#store.set({ online: !silent, opening: !this.#met && now - heard <= SILENCE_MS });
    // A line that is open and dead (the server's machine is gone, a router forgot it) does not end by itself.
    if (this.up && now - Math.max(heard, this.#renewed) > DEAD_MS) {
      this.#renewed = now;
      this.#socket.disconnect().connect();
    }
  }

  #watch() {
    this.#store.set({ heardAt: performance.now(), signedOut: false });
    this.check();
    this.#catchUp();
  }

  // The server is about to end, and another takes its place: go there once the open questions are answered.
  // Whoever asks meanwhile waits for it.
  #move() {
    this.#moving ??= this.#moved().finally(() => {
      this.#moving = null;
    });
  }

  async #moved() {
    await Promise.allSettled(this.#asking);
    const arrived = new Promise((resolve) => {
      this.#socket.once("connect", resolve);
      setTimeout(resolve, MOVE_MS);
    });
    this.#socket.disconnect().connect();
    await arrived;
  }

  #catchUp() {
    this.ask("watch", { trial: this.#events.trial, last_seq: this.#events.last });
  }

  #take(frame) {
    const values = { heardAt: performance.now() };
    // Another study's trial has come or gone, and with it what may be done here: the page is made for that.
    if (frame.may && differs(frame.may, this.#store.get("page").may)) location.reload();
    if ("elsewhere" in frame) values.elsewhere = frame.elsewhere;
    if (frame.features) values.features = frame.features;
    if (frame.links) values.links = frame.links;
    if (frame.state) values.state = JSON.parse(frame.state);
    if (frame.status) values.status = JSON.parse(frame.status);
    if (frame.events) {
      if (this.#events.take(frame.events)) {
        values.events = { items: this.#events.items, before: this.#events.before, last: this.#events.last };
      } else {
        this.#catchUp();
      }
    }
    this.#store.set(values);
    this.check();
  }

  #lost(reason) {
    this.check();
    // The server hung up: it ends, or the session has. Socket.IO does not come back from that alone.
    if (reason === "io server disconnect") setTimeout(() => this.#socket.connect(), 500);
  }

  #refused(error) {
    this.check();
    if (error.message !== "signed_out") return;
    this.#store.set({ signedOut: true });
    setTimeout(() => this.#socket.connect(), 3000);
  }
}

function differs(one, other) {
  return Object.keys(other).some((name) => Boolean(one[name]) !== Boolean(other[name]));
}

export function refusal(code, message) {
  return { accepted: false, code, message };
}
