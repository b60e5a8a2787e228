// What the page knows, in one place. Listeners hear of changes once per turn, with what changed.

export class Store {
  #values;
  #listeners = new Set();
  #changed = new Set();

  constructor(values) {
    this.#values = { ...values };
  }

  get(name) {
    return this.#values[name];
  }

  set(values) {
    for (const [name, value] of Object.entries(values)) {
      if (Object.is(this.#values[name], value)) continue;
      this.#values[name] = value;
      if (this.#changed.size === 0) queueMicrotask(() => this.#tell());
      this.#changed.add(name);
    }
  }

  // Call `listener` now and whenever one of `names` has changed.
  watch(names, listener) {
    const entry = { names, listener };
    this.#listeners.add(entry);
    listener();
    return () => this.#listeners.delete(entry);
  }

  #tell() {
    const changed = this.#changed;
    this.#changed = new Set();
    for (const { names, listener } of [...this.#listeners]) {
      if (names.some((name) => changed.has(name))) listener();
    }
  }
}
