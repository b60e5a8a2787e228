// Who holds the wizard's seat, and how to get it.

import { askFor, reasonField } from "../widgets/dialog.js";
import { h, keycap, whenChanged } from "../widgets/dom.js";
import { onHotkey } from "../widgets/hotkeys.js";

export function seat(root, { store, commands, page, clock, say }) {
  const take = async () => {
    const holder = heldByOther(store, page, clock);
    if (!holder) return commands.takeSeat();
    const given = await askFor({
      title: `Take the seat over from ${holder}?`,
      text: `${holder} can decide nothing from then on and is told so.`,
      confirm: "Take over",
      fields: [reasonField],
      suggestions: ["Hand-over as agreed", "The wizard does not answer"],
    });
    return given && commands.takeSeat(given.reason);
  };
  const draw = whenChanged(({ mine, holder, keysOn }) => {
    const words = mine ? "You have the seat" : holder ? `${holder} has the seat` : "Seat is free";
    const button = mine
      ? h("button", { type: "button", className: "button quiet", onclick: () => commands.leaveSeat(), dataset: { testid: "seat-leave" } }, "Leave")
      : h("button", { type: "button", className: "button primary", onclick: take, "aria-keyshortcuts": "Shift+W", dataset: { testid: "seat-take" } },
          holder ? "Take over…" : "Take the wizard seat", keysOn ? keycap("W", true) : null);
    root.replaceChildren(h("span", { className: `seat-words ${mine ? "mine" : ""}`, dataset: { testid: "seat" } }, words),
      page.may["trial.steer"] ? button : h("span", { className: "badge" }, "observer"));
  });
  const look = () => draw({ mine: Boolean(store.get("seat")), holder: heldByOther(store, page, clock), keysOn: store.get("keysOn") });
  store.watch(["seat", "state", "keysOn"], look);
  setInterval(look, 1000);
  store.watch(["seatLost"], () => store.get("seatLost") && say("You have lost the seat: it was taken over, or this page was away for too long. Take it again to go on.", { bad: true }));
  onHotkey("seat", () => !store.get("seat") && page.may["trial.steer"] && take());
}

// Name of whoever else holds the seat; this person in another tab counts as somebody else.
function heldByOther(store, page, clock) {
  if (store.get("seat")) return "";
  const held = (store.get("state")?.seats ?? []).find((one) => one.holder && one.expires_ns / 1e6 > clock.hostNow());
  if (!held) return "";
  return held.holder === page.me.id ? "Another of your pages" : held.label || held.holder;
}
