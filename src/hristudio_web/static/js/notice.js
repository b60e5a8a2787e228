// The notice of a maintenance, on every open page, without loading it anew.

const EVERY_MS = 3000;
const place = document.getElementById("notice");
let shown = place.textContent.replace(/\s+/g, " ").trim();

async function look() {
  if (document.hidden) return;
  const answer = await fetch(place.dataset.address, { headers: { Accept: "application/json" } }).catch(() => null);
  // While the server is away the notice stays as it is: a maintenance may be why.
  if (answer?.ok) show(await answer.json());
}

// Only what is new is put there: a screen reader reads each change.
function show({ title, words }) {
  const text = title && `${title} ${words}`;
  if (text === shown) return;
  shown = text;
  if (!title) return place.replaceChildren();
  const line = document.createElement("p");
  const head = document.createElement("strong");
  head.textContent = title;
  line.append(head, ` ${words}`);
  place.replaceChildren(line);
}

document.addEventListener("visibilitychange", look);
setInterval(look, EVERY_MS);
