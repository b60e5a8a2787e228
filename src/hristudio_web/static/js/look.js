// Theme and size of type as this browser was told to show them. No module: it runs before anything is drawn.
for (const name of ["theme", "type"]) {
  const chosen = localStorage.getItem(name);
  if (chosen) document.documentElement.dataset[name] = chosen;
}
