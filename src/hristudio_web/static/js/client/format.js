// How the page writes times and lengths.

export function length(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes % 60)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export function seconds(milliseconds) {
  return `${Math.max(0, milliseconds / 1000).toFixed(1)} s`;
}

export function clockTime(nanoseconds) {
  return new Date(nanoseconds / 1e6).toLocaleTimeString("en-GB", { hour12: false });
}

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}
