// The numbers of one topic, while the page is seen: the newest of each field and the last half minute.

const KEEP_MS = 30_000;
const AGAIN_MS = 2000;

export class Numbers {
  topic = "";
  #on = true;
  #connection;
  #samples = [];

  constructor(connection) {
    this.#connection = connection;
    connection.listen("connect", () => this.#look());
    document.addEventListener("visibilitychange", () => this.#look());
    connection.listen("numbers", ({ topic, values }, taken) => {
      taken?.();
      if (topic !== this.topic) return;
      const at = performance.now();
      this.#samples.push({ at, values });
      while (at - this.#samples[0].at > KEEP_MS) this.#samples.shift();
    });
  }

  async topics() {
    const answer = await this.#connection.ask("topics");
    return answer.accepted ? answer.topics : null;
  }

  choose(topic) {
    this.topic = topic;
    this.#samples = [];
    return this.#look();
  }

  // Whether plots are switched on here: while they are not, nothing is asked for.
  offer(on) {
    if (on === this.#on) return;
    this.#on = on;
    this.choose(this.topic);
  }

  get fields() {
    return Object.keys(this.#samples.at(-1)?.values ?? {});
  }

  // [{age, value}] of a field, oldest first; ages in shares of the time that is kept.
  series(field) {
    const now = performance.now();
    return this.#samples.filter(({ values }) => field in values)
      .map(({ at, values }) => ({ at, age: (now - at) / KEEP_MS, value: values[field] }));
  }

  async #look() {
    if (!this.#connection.up) return { accepted: true };
    const answer = await this.#connection.ask("plot", { topic: this.#on && !document.hidden ? this.topic : "" });
    // Another of the servers may learn a moment later than the last one that they are on.
    if (answer.code === "switched_off" && this.#on) setTimeout(() => this.#look(), AGAIN_MS);
    return answer;
  }
}
