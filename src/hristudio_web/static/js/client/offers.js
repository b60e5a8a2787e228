// What an intervention leaves open, as fields of a form, and a form's words as its values.

// An utterance bank gives a list to choose from; `free` lets the wizard edit before it is sent.
export function fieldsOf(offer, given = {}) {
  return open(offer).map(([name, argument]) => field(name, argument, given[name]));
}

export function valuesOf(offer, form) {
  return Object.fromEntries(open(offer).map(([name, argument]) => [name, valueOf(name, argument, form)]));
}

export function hasArguments(offer) {
  return open(offer).length > 0;
}

function open(offer) {
  try {
    return Object.entries(JSON.parse(offer.arguments || "{}"));
  } catch {
    return [];
  }
}

function field(name, argument, before) {
  const bank = argument.utterances ?? [];
  const label = name.replaceAll("_", " ");
  const value = before ?? argument.default ?? bank[0] ?? "";
  if (argument.options?.length) {
    const chosen = before ?? argument.default;
    return { name, label, kind: "select", options: argument.options.map((one) => [JSON.stringify(one), String(one)]), value: JSON.stringify(chosen) };
  }
  if (isNumber(argument)) {
    const range = argument.min !== undefined && argument.min !== null ? `${argument.min} to ${argument.max}` : "";
    return { name, label, kind: "number", value, hint: range, required: true, attributes: { min: argument.min, max: argument.max, step: "any" } };
  }
  if (bank.length && !argument.free) {
    return { name, label, kind: "select", options: bank.map((words) => [words, words]), value };
  }
  return { name, label, kind: "utterance", value, bank, required: true };
}

function isNumber(argument) {
  return [argument.default, argument.min, argument.max].some((one) => typeof one === "number");
}

function valueOf(name, argument, form) {
  if (argument.options?.length) return JSON.parse(form[name]);
  return isNumber(argument) ? Number(form[name]) : form[name];
}
