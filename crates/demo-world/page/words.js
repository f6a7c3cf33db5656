// The words of the page, in the language that was chosen; the files beside this one hold them.

const LANGUAGES = ["zh-CN", "en"];
let words = {};
export let language = LANGUAGES[0];

/** A phrase by its name; `{x}` in it becomes `values.x`. */
export function word(name, values = {}) {
  const phrase = words[name] ?? name;
  return phrase.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

function wanted() {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem("language");
  if (LANGUAGES.includes(asked)) return asked;
  return navigator.language.toLowerCase().startsWith("zh") ? LANGUAGES[0] : LANGUAGES[1];
}

async function speak(next) {
  words = await (await fetch(`/words.${next}.json`)).json();
  language = next;
  document.documentElement.lang = next;
  document.title = word("title");
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === next));
  }
}

/** Speaks the language asked for, and another one when its button is pressed; `changed` draws everything again. */
export async function begin(changed) {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", async () => {
      localStorage.setItem("language", button.dataset.language);
      await speak(button.dataset.language);
      changed();
    });
  }
  await speak(wanted());
}

/** An instant in Beijing, in the chosen language. */
export function inBeijing(at, style) {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: "Asia/Shanghai", ...style }).format(new Date(at));
}
