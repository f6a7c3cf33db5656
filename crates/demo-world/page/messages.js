// The messages app: what the platform sent to this phone, with the check characters large enough to compare.

import { copying } from "/copy.js";
import { byId, fill, make } from "/draw.js";
import { inBeijing, word } from "/words.js";

// As the platform writes them: six digits standing alone, and the check at the end.
const CODE = /(?<!\d)\d{6}(?!\d)/;
const CHECK = /(核对字：|Check: )(\S+)$/;

function bubble(text) {
  const paragraph = make("p", undefined, "bubble");
  const check = CHECK.exec(text);
  paragraph.append(check ? text.slice(0, check.index) : text);
  if (check) {
    const line = make("span", check[1], "check");
    line.append(make("strong", check[2]));
    paragraph.append(line);
  }
  return paragraph;
}

function message(sms) {
  const item = make("li");
  const style = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const time = make("time", inBeijing(sms.at, style), "number");
  time.dateTime = sms.at;
  item.append(time, bubble(sms.text));
  const code = CODE.exec(sms.text)?.[0];
  if (code) item.append(copying(word("sms.copy", { code }), word("sms.copy", { code }), code, "copy number"));
  return item;
}

export function draw(messages) {
  const thread = byId("thread");
  // A thread out of sight has no height: it is brought to its end when it is looked at.
  if (fill(thread, messages, () => messages.map(message))) toEnd();
  byId("silent").hidden = messages.length > 0;
  thread.hidden = messages.length === 0;
}

export function toEnd() {
  const thread = byId("thread");
  thread.scrollTop = thread.scrollHeight;
}
