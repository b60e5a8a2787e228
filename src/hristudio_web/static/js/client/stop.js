// Stopping the robot: by the socket, and by plain HTTP when the socket does not answer.

const WAIT_MS = 700;

export class Stopper {
  #connection;
  #store;
  #address;
  #token;

  constructor(connection, store, { address, token }) {
    this.#connection = connection;
    this.#store = store;
    this.#address = address;
    this.#token = token;
    // The robot's side says that it stands; only that counts.
    store.watch(["status"], () => {
      if (store.get("status")?.stopped) store.set({ stopping: "" });
    });
  }

  async stop() {
    this.#store.set({ stopping: "sent" });
    const answers = [this.#connection.ask("stop", {}, 3000)];
    const first = await Promise.race([answers[0], pause(WAIT_MS)]);
    if (!first?.accepted) answers.push(this.#post());
    const done = await Promise.all(answers);
    if (done.some((answer) => answer.accepted)) {
      if (this.#store.get("stopping")) this.#store.set({ stopping: "accepted" });
    } else {
      this.#store.set({ stopping: done.map((answer) => answer.message).join(" ") });
    }
  }

  release(reason) {
    return this.#connection.ask("release", { reason }, 3000);
  }

  async #post() {
    try {
      const response = await fetch(this.#address, {
        method: "POST",
        headers: { "X-CSRFToken": this.#token },
        signal: AbortSignal.timeout(3000),
      });
      return response.ok ? await response.json() : { accepted: false, message: `HTTP ${response.status}.` };
    } catch {
      return { accepted: false, message: "The dashboard's server does not answer." };
    }
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
