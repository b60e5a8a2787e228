// Which key means what. One key means one thing at a time: the question asked first wins.

const SPARE = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

// Keys of prompts' options and of interventions: [{key, kind, prompt?, option?, intervention?}].
export function assignKeys(prompts, interventions) {
  const taken = new Map();
  const wish = (key, target) => {
    const plain = key.toLowerCase();
    if (plain === "" || plain === "." || taken.has(plain)) return false;
    taken.set(plain, { key: plain, ...target });
    return true;
  };
  const without = [];
  for (const prompt of prompts) {
    for (const option of prompt.options) {
      const target = { kind: "option", prompt: prompt.id, option: option.id };
      if (!wish(option.hotkey, target)) without.push(target);
    }
  }
  for (const one of interventions) {
    wish(one.hotkey, { kind: "intervention", intervention: one.id });
  }
  for (const target of without) {
    const spare = SPARE.find((key) => !taken.has(key));
    if (spare) wish(spare, target);
  }
  return [...taken.values()];
}

export function keyOf(keys, wanted) {
  const found = keys.find((entry) => Object.entries(wanted).every(([name, value]) => entry[name] === value));
  return found ? found.key : "";
}
