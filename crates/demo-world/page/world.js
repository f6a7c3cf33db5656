// What may be done to the world: face checks, time, scenarios; and who may be played in it.

import { fill, make, press } from "/phone.js";
import { language, word } from "/words.js";

const byId = (id) => document.getElementById(id);

export function begin(post) {
  const each = (name, act) => {
    for (const button of document.querySelectorAll(`[data-${name}]`)) {
      button.addEventListener("click", () => act(button.dataset[name]));
    }
  };
  each("face", (outcome) => post("/control/face", { outcome }));
  each("jump", (ms) => post("/control/clock", { ms: Number(ms), wall_only: false }));
  each("wall", (ms) => post("/control/clock", { ms: Number(ms), wall_only: true }));
}

function span(ms) {
  const hours = Math.round(Math.abs(ms) / 360_000) / 10;
  const [days, rest] = [Math.floor(hours / 24), Math.round((hours % 24) * 10) / 10];
  const parts = [days ? word("time.days", { n: days }) : "", rest ? word("time.hours", { n: rest }) : ""];
  return parts.filter(Boolean).join(" ");
}

function moved(state) {
  const parts = [];
  if (state.offset_ms) parts.push(word("time.moved", { span: span(state.offset_ms) }));
  if (state.wall_only_ms) parts.push(word("time.wall.moved", { span: (state.wall_only_ms < 0 ? "−" : "+") + span(state.wall_only_ms) }));
  return parts.join(" ") || word("time.text");
}

export function draw(state, post) {
  for (const button of document.querySelectorAll("[data-face]")) {
    button.setAttribute("aria-pressed", String(button.dataset.face === state.face));
  }
  byId("moved").textContent = moved(state);
  fill(byId("scenarios"), state.scenario, () =>
    state.scenarios.map((name) => {
      const button = press(word(`scenario.${name}.name`), () => post("/control/scenario", { scenario: name }));
      button.append(make("small", word(`scenario.${name}.text`)));
      button.setAttribute("aria-pressed", String(name === state.scenario));
      return button;
    }),
  );
}

export function drawPeople(people, choose) {
  fill(byId("people"), people.map((person) => person.key), () => people.map((person) => card(person, choose)));
}

function card(person, choose) {
  const item = make("li");
  const copied = (tag, value) => {
    const element = make(tag, value ? undefined : "—");
    if (value) element.append(press(value, () => navigator.clipboard?.writeText(value)));
    if (value) element.firstChild.title = word("people.copy");
    return element;
  };
  const list = make("dl");
  const row = (name, value) => list.append(make("dt", word(name)), copied("dd", value));
  row("people.document", person.id_number);
  row("people.mobile", person.mobile);
  row("people.card", person.card_number);
  const story = make("p", language === "en" ? person.story_en : person.story_zh, "quiet");
  item.append(copied("h3", person.name), story, list, press(word("people.phone"), () => choose(person.mobile), "phone"));
  return item;
}
