// A worker that ticks at a third of the seat's lifetime.
setInterval(() => postMessage("tick"), 3000);
