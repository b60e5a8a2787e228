// What a person can have done, and what the page says when it was refused.

export class Commands {
  #connection;
  #store;
  #clock;
  #seat;
  #say;

  constructor({ connection, store, clock, seat, say }) {
    this.#connection = connection;
    this.#store = store;
    this.#clock = clock;
    this.#seat = seat;
    this.#say = say;
  }

  get mySeat() {
    return Boolean(this.#seat.token);
  }

  legal(command) {
    return this.mySeat && (this.#store.get("state")?.legal ?? []).includes(command);
  }

  // Answer a prompt; only the first answer to it is sent.
  async decide(prompt, { option = "", text = "" }, shown) {
    if (this.#store.get("sent") === prompt) return;
    this.#store.set({ sent: prompt });
    const answer = await this.#send("decide", { prompt, option, text, stamps: this.#clock.stamps(shown) });
    if (!answer.accepted) this.#store.set({ sent: "" });
  }

  control(command, { target = "", reason = "" } = {}) {
    return this.#send("control", { command, target, reason, stamps: this.#clock.stamps(0) });
  }

  intervene({ intervention = "", skill = "", values = {}, reason = "" }) {
    const request = { intervention, skill, arguments: JSON.stringify(values), reason, stamps: this.#clock.stamps(0) };
    return this.#send("intervene", request);
  }

  // All steps of the trial that runs, in the order of the protocol; null when nobody tells them.
  async steps() {
    const trial = this.#store.get("state")?.trial_id ?? "";
    const answer = await this.#connection.ask("steps", { trial }, 3000).catch(() => null);
    return answer?.found ? answer.steps : null;
  }

  async annotate(text, tags) {
    const trial = this.#store.get("state")?.trial_id ?? "";
    const answer = await this.#connection.ask("annotate", { trial, text, tags, stamps: this.#clock.stamps(0) });
    this.#report(answer);
    return answer;
  }

  async takeSeat(reason) {
    const answer = await (reason === undefined ? this.#seat.claim() : this.#seat.takeOver(reason));
    this.#report(answer);
    return answer;
  }

  async leaveSeat() {
    this.#report(await this.#seat.release());
  }

  async release(reason, stopper) {
    this.#report(await stopper.release(reason));
  }

  async #send(event, request) {
    const trial = this.#store.get("state")?.trial_id ?? "";
    const answer = await this.#connection.ask(event, { trial, seat: this.#seat.token, ...request });
    this.#report(answer);
    return answer;
  }

  #report(answer) {
    if (!answer.accepted) this.#say(answer.message || `Refused (${answer.code}).`, { bad: true });
  }
}
