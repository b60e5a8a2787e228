// Asks for the page anew while somebody looks, and puts the parts that change in place.

const EVERY_MS = 3000;

async function refresh() {
  if (document.hidden) return;
  // Nobody has opened the page again: it is not counted as shown.
  const headers = { Accept: "text/html", "X-Refresh": "1" };
  const answer = await fetch(location.href, { headers }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    // What somebody has the keyboard on stays as it is.
    if (newer && !part.contains(document.activeElement)) part.replaceChildren(...newer.childNodes);
  }
}

setInterval(refresh, EVERY_MS);
