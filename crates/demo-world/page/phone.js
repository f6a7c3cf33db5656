// The phone in view: whose it is, which of its apps is open, and where something new waits.

import * as bankApps from "/banks.js";
import { byId, tell } from "/draw.js";
import * as messagesApp from "/messages.js";
import { inBeijing, word } from "/words.js";

const APPS = ["messages", "banks", "camera", "world"];
const narrow = matchMedia("(max-width: 899px)");
let owner; // the mobile of the phone in view
let newest; // what came last; the phone it came to is brought into view
let app = "messages";

export const shown = () => owner;

/** Brings somebody's phone into view. */
export function show(mobile) {
  owner = mobile;
}

function open(name) {
  app = name;
  document.body.dataset.app = name;
  for (const one of APPS) {
    const tab = byId(`tab-${one}`);
    tab.setAttribute("aria-selected", String(one === name));
    tab.tabIndex = one === name ? 0 : -1;
  }
  byId(`tab-${name}`).classList.remove("new");
  if (name === "messages") messagesApp.toEnd();
}

/** The apps open by press or arrow; beside a wide phone the world is always in view. */
export function begin() {
  const dock = byId("dock");
  const tabs = () => APPS.filter((one) => one !== "world" || narrow.matches);
  for (const one of APPS) byId(`tab-${one}`).addEventListener("click", () => open(one));
  dock.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = tabs();
    const next = all[(all.indexOf(app) + step + all.length) % all.length];
    open(next);
    byId(`tab-${next}`).focus();
  });
  narrow.addEventListener("change", () => app === "world" && open("messages"));
  open("messages");
}

/** Something came: its phone and app open, unless somebody is at work on the phone; then its app is marked. */
function arrive(last, mobile, first) {
  const to = last.id ? "banks" : "messages";
  if (first) owner = mobile;
  if (first && to === "messages") return;
  tell(last.text ?? word("app.question"));
  const busy = byId("glass").contains(document.activeElement) && !byId("dock").contains(document.activeElement);
  if (busy && owner === mobile && app !== to) {
    byId(`tab-${to}`).classList.add("new");
    return;
  }
  owner = mobile;
  open(to);
}

export function draw(state, people, answer) {
  const mobileOf = (key) => people.find((person) => person.key === key)?.mobile;
  const last = state.questions.at(-1) ?? state.messages.at(-1);
  const lastKey = last && (last.id ?? last.dedup_key);
  if (lastKey && lastKey !== newest) {
    const first = newest === undefined;
    newest = lastKey;
    arrive(last, last.mobile ?? mobileOf(last.person) ?? owner, first);
  }
  newest ??= "";
  owner ??= people[0]?.mobile;

  byId("clock").textContent = inBeijing(state.now, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const name = people.find((person) => person.mobile === owner)?.name ?? owner;
  const mobile = owner?.replace(/(\d{3})(\d{4})(\d{4})/, "$1 $2 $3") ?? "";
  for (const line of document.querySelectorAll(".owner")) line.textContent = `${word("phone.of", { name })} · ${mobile}`;
  bankApps.draw(state.questions.filter((one) => mobileOf(one.person) === owner), state.banks, owner, answer);
  messagesApp.draw(state.messages.filter((sms) => sms.mobile === owner));
}
