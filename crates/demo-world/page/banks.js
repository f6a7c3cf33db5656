// The banks' own apps: what they ask, until it is answered.

import { byId, fill, make, press, tell } from "/draw.js";
import { inBeijing, language, word } from "/words.js";

export function nameOf(code, banks) {
  const bank = banks.find((one) => one.code === code);
  return bank ? (language === "en" ? bank.name_en : bank.short_zh) : code;
}

function question(asked, banks, answer) {
  const bank = nameOf(asked.bank, banks);
  const item = make("li");
  const until = inBeijing(asked.until, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const answered = (confirm) => {
    tell(word(confirm ? "app.confirmed" : "app.refused", { bank }));
    byId("idle").textContent = word(confirm ? "app.confirmed" : "app.refused", { bank });
    answer(asked.id, confirm);
  };
  item.append(
    make("h3", word("app.title", { bank })),
    make("p", word("app.question")),
    make("p", word("app.until", { until }), "quiet number"),
    press(word("app.confirm"), () => answered(true), "first"),
    press(word("app.refuse"), () => answered(false)),
  );
  return item;
}

export function draw(asked, banks, owner, answer) {
  fill(byId("questions"), asked, () => asked.map((one) => question(one, banks, answer)));
  const idle = byId("idle");
  if (asked.length > 0 || idle.dataset.of !== owner || idle.lang !== language) idle.textContent = word("app.none");
  idle.dataset.of = owner;
  idle.lang = language;
  idle.hidden = asked.length > 0;
}
