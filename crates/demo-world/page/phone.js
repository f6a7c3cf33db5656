// The phone of one person: its messages as a thread, and what the banks' own apps ask. Text is only ever set as text.

import { inBeijing, language, word } from "/words.js";

const byId = (id) => document.getElementById(id);

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

let owner; // the mobile of the phone in view
let newest; // what came last; the phone it came to is brought into view
const seen = new Map(); // mobile -> how much of its phone was seen

/** Brings somebody's phone into view. */
export function show(mobile) {
  owner = mobile;
}

function message(sms) {
  const item = make("li");
  const time = make("time", inBeijing(sms.at, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
  time.dateTime = sms.at;
  item.append(time, make("p", sms.text, "bubble"));
  const code = /(?<!\d)\d{6}(?!\d)/.exec(sms.text)?.[0];
  if (code) item.append(press(word("sms.copy", { code }), () => navigator.clipboard?.writeText(code), "copy"));
  return item;
}

function question(asked, banks, answer) {
  const bank = banks.find((one) => one.code === asked.bank);
  const name = bank ? (language === "en" ? bank.name_en : bank.short_zh) : asked.bank;
  const item = make("li");
  const row = make("div", undefined, "choice");
  row.append(
    press(word("app.refuse"), () => answer(asked.id, false)),
    press(word("app.confirm"), () => answer(asked.id, true), "first"),
  );
  item.append(make("h3", word("app.title", { bank: name })), make("p", word("app.question")), row);
  return item;
}

/** Whose phones have anything on them, and what. */
function phones(state, people) {
  const came = new Map();
  for (const sms of state.messages) came.set(sms.mobile, [...(came.get(sms.mobile) ?? []), sms.dedup_key]);
  for (const asked of state.questions) {
    const mobile = people.find((person) => person.key === asked.person)?.mobile;
    if (mobile) came.set(mobile, [...(came.get(mobile) ?? []), asked.id]);
  }
  return came;
}

export function draw(state, people, redraw, answer) {
  const came = phones(state, people);
  const last = state.questions.at(-1) ?? state.messages.at(-1);
  const lastKey = last && (last.id ?? last.dedup_key);
  if (lastKey && lastKey !== newest) {
    newest = lastKey;
    owner = last.mobile ?? people.find((person) => person.key === last.person)?.mobile ?? owner;
  }
  owner ??= people[0]?.mobile;
  // What was there when the page was opened is nothing new.
  if (seen.size === 0) came.forEach((all, mobile) => seen.set(mobile, all.length));
  seen.set(owner, came.get(owner)?.length ?? 0);

  const nameOf = (mobile) => people.find((person) => person.mobile === mobile)?.name ?? mobile;
  const chips = [...came.keys()].map((mobile) => [mobile, mobile === owner, came.get(mobile).length > (seen.get(mobile) ?? 0)]);
  fill(byId("owners"), chips, () =>
    (chips.length > 1 ? chips : []).map(([mobile, now, unseen]) => {
      const chip = press(nameOf(mobile), () => (show(mobile), redraw()), unseen ? "new" : "");
      chip.setAttribute("aria-pressed", String(now));
      return chip;
    }),
  );

  byId("clock").textContent = inBeijing(state.now, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  byId("date").textContent = inBeijing(state.now, { month: "long", day: "numeric", weekday: "long" });
  byId("owner").textContent = word("phone.of", { name: nameOf(owner) });
  byId("mobile").textContent = owner?.replace(/(\d{3})(\d{4})(\d{4})/, "$1 $2 $3") ?? "";

  const asked = state.questions.filter((one) => people.find((person) => person.key === one.person)?.mobile === owner);
  fill(byId("questions"), asked, () => asked.map((one) => question(one, state.banks, answer)));
  const messages = state.messages.filter((sms) => sms.mobile === owner);
  const thread = byId("thread");
  if (fill(thread, messages, () => messages.map(message))) thread.scrollTop = thread.scrollHeight;
  byId("silent").hidden = messages.length > 0;
  thread.hidden = messages.length === 0;
}
