// The newest events of the trial, in order: takes what a frame brings, or says that it does not fit.

export const KEEP = 400;

export class EventList {
  trial = "";
  last = 0;
  items = [];
  // Sequence number before the oldest event shown; 0 when all are here.
  before = 0;

  // Takes the events of a frame; false when they do not join onto what is here.
  take({ trial, reset, after, list }) {
    const events = list.map((text) => JSON.parse(text));
    if (reset || trial !== this.trial) {
      this.trial = trial;
      this.items = [];
      this.last = after;
      this.before = after;
    } else if (after !== this.last) {
      return false;
    }
    for (const event of events) {
      if (event.seq !== this.last + 1) return false;
      this.last = event.seq;
      this.items.push({ ...event, payload: readPayload(event.payload) });
    }
    if (this.items.length > KEEP) {
      this.items.splice(0, this.items.length - KEEP);
      this.before = this.items[0].seq - 1;
    }
    return true;
  }
}

function readPayload(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
