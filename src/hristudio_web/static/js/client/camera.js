// A camera's pictures: asks for them while the page is seen, knows how old and how many they are.

const RATE_OVER_MS = 2000;
// A robot in simulated time stamps its pictures far from ours: then the time of arrival counts.
const ODD_MS = 60_000;
const AGAIN_MS = 2000;

export class Camera {
  topic = "";
  #on = true;
  #connection;
  #clock;
  #arrivals = [];
  #stamp = 0;
  #takenAt = 0;

  constructor(connection, clock) {
    this.#connection = connection;
    this.#clock = clock;
    // A new connection looks at nothing; a page that nobody sees needs no pictures.
    connection.listen("connect", () => this.#look());
    document.addEventListener("visibilitychange", () => this.#look());
  }

  async topics() {
    const answer = await this.#connection.ask("cameras");
    return answer.accepted ? answer.topics : null;
  }

  choose(topic) {
    this.topic = topic;
    this.#arrivals = [];
    this.#stamp = 0;
    this.#look();
  }

  // Whether the camera is switched on here: while it is not, nothing is asked for.
  offer(on) {
    if (on === this.#on) return;
    this.#on = on;
    this.choose(this.topic);
  }

  // Have every picture drawn. The server sends the next one when the last is drawn; what came meanwhile is dropped.
  draw(show) {
    this.#connection.listen("picture", async (picture, drawn) => {
      try {
        if (picture.topic !== this.topic) return;
        const bitmap = await createImageBitmap(new Blob([picture.data], { type: picture.kind }));
        show(bitmap);
        bitmap.close();
        this.#took(picture.stamp_ms);
      } catch {
        show(null);
      } finally {
        drawn?.();
      }
    });
  }

  // Age of the newest picture and pictures a second; age is null while there was none.
  figures() {
    const nowMs = performance.now();
    this.#arrivals = this.#arrivals.filter((at) => nowMs - at < RATE_OVER_MS);
    const rate = this.#arrivals.length / (RATE_OVER_MS / 1000);
    if (!this.#stamp) return { age: null, rate, since: 0 };
    return { age: Math.max(0, this.#clock.hostNow() - this.#stamp), rate, since: this.#takenAt };
  }

  #took(stamp) {
    const host = this.#clock.hostNow();
    this.#arrivals.push(performance.now());
    this.#stamp = Math.abs(host - stamp) < ODD_MS ? stamp : host;
    this.#takenAt = host;
  }

  async #look() {
    if (!this.topic || !this.#connection.up) return;
    const { code } = await this.#connection.ask("look", { topic: this.#on && !document.hidden ? this.topic : "" });
    // Another of the servers may learn a moment later than the last one that it is on.
    if (code === "switched_off" && this.#on) setTimeout(() => this.#look(), AGAIN_MS);
  }
}
