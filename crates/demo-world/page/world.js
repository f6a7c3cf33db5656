// What may be done to the world: face checks, time, scenarios.

import { byId, fill, make, press, tell } from "/draw.js";
import { word } from "/words.js";

export function begin(post) {
  const each = (name, act) => {
    for (const button of document.querySelectorAll(`[data-${name}]`)) {
      button.addEventListener("click", () => act(button.dataset[name]));
    }
  };
  const move = async (ms, wall_only) => {
    await post("/control/clock", { ms: Number(ms), wall_only });
    tell(byId("moved").textContent);
  };
  each("face", (outcome) => post("/control/face", { outcome }));
  each("jump", (ms) => move(ms, false));
  each("wall", (ms) => move(ms, true));
}

function span(ms) {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const parts = { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 };
  return Object.entries(parts)
    .filter(([, n]) => n > 0)
    .map(([unit, n]) => word(`time.${unit}`, { n }))
    .join(" ");
}

function moved(state) {
  const parts = [];
  if (state.offset_ms) parts.push(word("time.moved", { span: span(state.offset_ms) }));
  if (state.wall_only_ms) {
    parts.push(word(state.wall_only_ms < 0 ? "time.wall.back" : "time.wall.ahead", { span: span(state.wall_only_ms) }));
  }
  return parts.join(" ") || word("time.text");
}

/** A row that is one of several; which one holds is shown and said. */
export function row(name, text, held, act) {
  const button = press(undefined, act);
  button.append(make("span", name), make("small", text));
  button.setAttribute("aria-pressed", String(held));
  return button;
}

export function draw(state, post) {
  for (const button of document.querySelectorAll("[data-face]")) {
    button.setAttribute("aria-pressed", String(button.dataset.face === state.face));
  }
  byId("moved").textContent = moved(state);
  const list = byId("scenarios");
  const at = [...list.children].indexOf(document.activeElement);
  const drawn = fill(list, state.scenario, () =>
    state.scenarios.map((scenario) =>
      row(word(`scenario.${scenario}.name`), word(`scenario.${scenario}.text`), scenario === state.scenario, () =>
        post("/control/scenario", { scenario }),
      ),
    ),
  );
  if (drawn && at >= 0) list.children[at].focus();
}
