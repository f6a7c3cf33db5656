// Drawing: elements made of text, lists drawn anew only when they have changed, and what is said to those who listen.

import { language } from "/words.js";

export const byId = (id) => document.getElementById(id);

/** An element; text is only ever set as text. */
export function make(tag, text, name) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
}

export function press(label, act, name) {
  const button = make("button", label, name);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

/** Draws a list anew only when what it shows has changed, so that focus and scrolling stay. */
export function fill(list, shown, draw) {
  const key = JSON.stringify([language, shown]);
  if (list.dataset.key === key) return false;
  list.dataset.key = key;
  list.replaceChildren(...draw());
  return true;
}

/** Tells those who listen. */
export function tell(text) {
  byId("said").textContent = text;
}
