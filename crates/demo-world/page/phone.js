// The demonstration's phone: shows the world's state and presses its buttons. Text is only ever set as text.
"use strict";

const byId = (id) => document.getElementById(id);

function make(tag, text, name) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
}

const beijing = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", dateStyle: "medium", timeStyle: "medium" });
const when = (at) => beijing.format(new Date(at));

async function post(path, body) {
  await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  await refresh();
}

function fill(list, none, items, draw) {
  const key = JSON.stringify(items);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...items.map(draw));
  none.hidden = items.length > 0;
}

function message(sms) {
  const item = make("li");
  item.append(make("p", `${sms.mobile} · ${when(sms.at)}`, "meta"), make("p", sms.text, "bubble"));
  return item;
}

let people = [];

function question(asked) {
  const item = make("li");
  const name = people.find((person) => person.key === asked.person)?.name ?? asked.person;
  const row = make("div", undefined, "choice");
  const yes = make("button", "确认 Confirm", "first");
  const no = make("button", "拒绝 Refuse");
  yes.addEventListener("click", () => post(`/control/confirmations/${asked.id}`, { confirm: true }));
  no.addEventListener("click", () => post(`/control/confirmations/${asked.id}`, { confirm: false }));
  row.append(yes, no);
  item.append(make("p", `${asked.bank} · ${name}`, "meta"), make("p", "是您本人在「名下」确认名下有本行的卡吗？ Is it you, confirming a card of this bank in Mingxia?"), row);
  return item;
}

const scenarioWords = {
  AllWell: "一切正常", BankIsSlow: "三家银行很慢", BankIsDown: "两家银行不应答", HalfArrives: "一半应答", ForgedSection: "伪造签名",
  ReplayedSection: "旧结果重放", SwappedKey: "换了密钥", WrongBank: "冒充别家", Oversized: "超长", HostileText: "恶意文字",
  GatewayAsksAlone: "网关冒名查询", OldDirectory: "旧名录", RevokedKey: "密钥被吊销",
};

function scenario(name, now) {
  const button = make("button", `${scenarioWords[name] ?? ""} ${name}`);
  button.setAttribute("aria-pressed", String(name === now));
  button.addEventListener("click", () => post("/control/scenario", { scenario: name }));
  return button;
}

function moved(state) {
  const parts = [];
  if (state.offset_ms) parts.push(`+${Math.round(state.offset_ms / 3600000)} h`);
  if (state.wall_only_ms) parts.push(`墙钟 wall ${Math.round(state.wall_only_ms / 3600000)} h`);
  return parts.join(" · ");
}

async function refresh() {
  try {
    const answer = await fetch("/control/state");
    const state = await answer.json();
    byId("now").textContent = `北京时间 ${when(state.now)}`;
    byId("moved").textContent = moved(state);
    fill(byId("sms"), byId("sms-none"), state.messages.toReversed(), message);
    fill(byId("questions"), byId("questions-none"), state.questions, question);
    for (const button of document.querySelectorAll("[data-face]")) {
      button.setAttribute("aria-pressed", String(button.dataset.face === state.face));
    }
    const list = byId("scenarios");
    if (list.dataset.key !== state.scenario) {
      list.dataset.key = state.scenario;
      list.replaceChildren(...state.scenarios.map((name) => scenario(name, state.scenario)));
    }
    byId("trouble").hidden = true;
  } catch {
    byId("trouble").hidden = false;
  }
}

async function begin() {
  people = await (await fetch("/control/people")).json();
  byId("people").replaceChildren(...people.map((person) => {
    const row = make("tr");
    const story = make("td", person.story_zh);
    story.append(make("br"), make("small", person.story_en));
    row.append(story, make("td", person.name), make("td", person.id_number, "number"), make("td", person.mobile, "number"), make("td", person.card_number ?? "—", "number"));
    return row;
  }));
  for (const button of document.querySelectorAll("[data-face]")) {
    button.addEventListener("click", () => post("/control/face", { outcome: button.dataset.face }));
  }
  for (const button of document.querySelectorAll("[data-jump]")) {
    button.addEventListener("click", () => post("/control/clock", { ms: Number(button.dataset.jump), wall_only: false }));
  }
  for (const button of document.querySelectorAll("[data-wall]")) {
    button.addEventListener("click", () => post("/control/clock", { ms: Number(button.dataset.wall), wall_only: true }));
  }
  await refresh();
  setInterval(refresh, 1500);
}

begin();
