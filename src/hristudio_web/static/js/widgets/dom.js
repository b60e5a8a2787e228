// Elements, made without markup in strings: nothing that comes from outside is ever parsed as HTML.

const ICONS = new URL("../../icons.svg", import.meta.url).pathname;

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "className") element.className = value;
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Make a function that draws only when what it is drawn from has changed.
export function whenChanged(draw) {
  let before;
  return (value) => {
    const text = JSON.stringify(value);
    if (text === before) return;
    before = text;
    draw(value);
  };
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}

export function keycap(key, shift = false) {
  if (!key) return null;
  const words = shift ? `Shift ${key}` : key;
  return h("kbd", { className: "keycap", "aria-hidden": "true", title: words }, shift ? `⇧${key}` : key);
}
