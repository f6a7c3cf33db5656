// Who may be played: one of them is chosen, and their papers stand ready to be copied.

import { copying } from "/copy.js";
import { byId, fill, make } from "/draw.js";
import { language, word } from "/words.js";

export function begin(choose) {
  byId("who").addEventListener("change", (event) => choose(event.target.value));
}

function papers(person) {
  const rows = [
    ["people.name", person.name],
    ["people.document", person.id_number],
    ["people.mobile", person.mobile],
    ["people.card", person.card_number],
  ];
  return rows.flatMap(([label, value]) => {
    const text = make("dd", value ?? word("people.nothing"), value ? "number" : "number quiet");
    if (value) text.append(copying(word("people.copy"), word("people.copy.of", { what: word(label) }), value, "copy"));
    return [make("dt", word(label)), text];
  });
}

export function draw(people, mobile) {
  const who = byId("who");
  const keys = people.map((person) => person.key);
  fill(who, keys, () =>
    people.map((person) => {
      const story = language === "en" ? person.story_en : person.story_zh;
      const option = make("option", `${person.name} · ${story}`);
      option.value = person.mobile;
      return option;
    }),
  );
  who.value = mobile;
  const person = people.find((one) => one.mobile === mobile);
  fill(byId("papers"), person?.key, () => (person ? papers(person) : []));
}
