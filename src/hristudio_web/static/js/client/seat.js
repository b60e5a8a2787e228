// The wizard's seat: taken on purpose, kept while this page lives, given back when it is left.
// The token stays in this tab: a refresh keeps the seat, a second tab does not get it.

import { refusal } from "./connection.js";

export class Seat {
  #connection;
  #store;
  #place;
  #ticker;
  #renewing = false;

  constructor(connection, store, robot) {
    this.#connection = connection;
    this.#store = store;
    this.#place = `seat:${robot}`;
    store.set({ seat: sessionStorage.getItem(this.#place) ?? "" });
    // A worker ticks on when the page is hidden and its own timers are slowed down.
    this.#ticker = new Worker(new URL("./ticker.js", import.meta.url));
    this.#ticker.onmessage = () => this.#renew();
  }

  get token() {
    return this.#store.get("seat");
  }

  async claim() {
    return this.#take("claim", "");
  }

  async takeOver(reason) {
    return this.#take("take_over", reason);
  }

  async release() {
    const answer = await this.#ask("release");
    this.#keep("");
    return answer;
  }

  async #take(operation, reason) {
    const answer = await this.#ask(operation, reason);
    if (answer.accepted) this.#keep(answer.seat_token);
    return answer;
  }

  async #renew() {
    if (!this.token || this.#renewing || !this.#connection.up) return;
    this.#renewing = true;
    const answer = await this.#ask("renew").catch(() => refusal("no_answer", ""));
    this.#renewing = false;
    // Silence is no refusal: the seat may be ours still. Only a clear word ends it.
    if (!answer.accepted && answer.code === "no_seat") {
      this.#keep("");
      this.#store.set({ seatLost: answer.message || "The seat has lapsed." });
    }
  }

  #ask(operation, reason = "") {
    return this.#connection.ask("seat", { operation, seat: this.token, reason }, 3000);
  }

  #keep(token) {
    if (token) sessionStorage.setItem(this.#place, token);
    else sessionStorage.removeItem(this.#place);
    this.#store.set({ seat: token, seatLost: "" });
  }
}
