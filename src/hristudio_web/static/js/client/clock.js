// How this browser's clock stands to the robot host's: the best of eight round trips.

const TRIPS = 8;
const AGAIN_MS = 60_000;

// Milliseconds since the Unix epoch, finer than Date.now().
export function now() {
  return performance.timeOrigin + performance.now();
}

// The trip with the shortest way bounds the offset best: it cannot be off by more than half of it.
export function bestOf(trips) {
  const best = trips.reduce((a, b) => (b.back - b.sent < a.back - a.sent ? b : a));
  const half = (best.back - best.sent) / 2;
  const known = best.hostError >= 0;
  return {
    offset: best.server - (best.sent + half) + (known ? best.hostOffset : 0),
    error: known ? half + best.hostError : -1,
    half,
  };
}

export class Clock {
  offset = 0;
  error = -1;
  #connection;
  #store;

  constructor(connection, store) {
    this.#connection = connection;
    this.#store = store;
    store.watch(["online"], () => store.get("online") && this.measure());
    setInterval(() => this.measure(), AGAIN_MS);
  }

  // The robot host's time as well as it is known, ms.
  hostNow() {
    return now() + this.offset;
  }

  // Stamps for a decision that was shown at `shown`.
  stamps(shown) {
    return { shown_ms: shown, acted_ms: now(), offset_ms: this.offset, error_ms: this.error };
  }

  async measure() {
    const trips = [];
    for (let i = 0; i < TRIPS; i += 1) {
      const sent = now();
      const answer = await this.#connection.ask("clock", {}, 2000);
      const back = now();
      if (!answer.accepted) return;
      trips.push({
        sent,
        back,
        server: answer.server_ms,
        hostOffset: answer.host_offset_ms,
        hostError: answer.host_error_ms,
      });
      // A first decision may come before the eighth trip: a wide bound is better than none.
      if (this.error < 0 || i === TRIPS - 1) this.#keep(bestOf(trips));
    }
  }

  #keep({ offset, error }) {
    this.offset = offset;
    this.error = error;
    this.#store.set({ clock: { offset, error } });
  }
}
