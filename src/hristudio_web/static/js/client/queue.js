// What the wizard has prepared to be said or done next. It belongs to one trial and is kept in the tab, so that a
// refresh loses nothing. Nothing leaves it by itself: each entry is sent by a key or a click.

export class Queue {
  #store;
  #key;
  #sending = false;

  constructor(store, robot) {
    this.#store = store;
    this.#key = `queue:${robot}`;
    store.set({ queue: this.#read() });
    store.watch(["state"], () => this.#follow(store.get("state")?.trial_id));
  }

  add(intervention, label, values) {
    const id = 1 + Math.max(0, ...this.#entries.map((entry) => entry.id));
    this.#keep([...this.#entries, { id, intervention, label, values }]);
  }

  change(id, values) {
    this.#keep(this.#entries.map((entry) => (entry.id === id ? { ...entry, values } : entry)));
  }

  remove(id) {
    this.#keep(this.#entries.filter((entry) => entry.id !== id));
  }

  // Send an entry; it stays when it is refused. One at a time, so that a key pressed twice says nothing twice.
  async send(id, commands) {
    const entry = this.#entries.find((one) => one.id === id);
    if (!entry || this.#sending) return;
    this.#sending = true;
    try {
      const answer = await commands.intervene({ intervention: entry.intervention, values: entry.values });
      if (answer.accepted) this.remove(id);
    } finally {
      this.#sending = false;
    }
  }

  get #entries() {
    return this.#store.get("queue").entries;
  }

  #follow(trial) {
    if (trial && trial !== this.#store.get("queue").trial) this.#set({ trial, entries: [] });
  }

  #keep(entries) {
    this.#set({ trial: this.#store.get("queue").trial, entries });
  }

  #set(queue) {
    this.#store.set({ queue });
    sessionStorage.setItem(this.#key, JSON.stringify(queue));
  }

  #read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key)) ?? { trial: "", entries: [] };
    } catch {
      return { trial: "", entries: [] };
    }
  }
}
