// Single keys. Escape stops the robot wherever the cursor is; all others rest while somebody types.

import { assignKeys } from "../client/keys.js";

export const COMMAND_KEYS = { P: "pause", S: "skip", R: "retry", J: "jump", A: "abort", C: "complete", W: "seat", N: "note", M: "mistake", Q: "queue", "?": "help" };

export function hotkeys({ store, page, stopper }) {
  store.watch(["state", "status", "seat"], () => {
    const state = store.get("state");
    store.set({ keys: assignKeys(state?.prompts ?? [], state?.interventions ?? []) });
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      event.preventDefault();
      if (!event.repeat && page.may["robot.stop"]) stopper.stop();
      return;
    }
    if (event.repeat || !store.get("keysOn") || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    // Some keyboards have the question mark without Shift.
    const name = event.shiftKey || event.key === "?" ? COMMAND_KEYS[event.key.toUpperCase()] : null;
    const found = name ? { kind: name } : event.shiftKey ? null : store.get("keys").find(({ key }) => key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    send(found);
  }, { capture: true });
}

// Have a panel do what one of its own keys does.
export function pressKey(kind) {
  send({ kind });
}

function send(detail) {
  document.dispatchEvent(new CustomEvent("hotkey", { detail }));
}

// Call `act` when one of a panel's own keys is pressed.
export function onHotkey(kind, act) {
  document.addEventListener("hotkey", ({ detail }) => detail.kind === kind && act(detail));
}

function isTyping(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input:not([type=checkbox]), textarea, select"));
}
