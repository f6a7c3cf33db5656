// A button that copies, and says that it did.

import { press, tell } from "/draw.js";
import { word } from "/words.js";

export function copying(label, name, value, style) {
  const button = press(label, async () => {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      return; // a browser that does not let a page copy; the text can be marked by hand
    }
    button.textContent = word("copied");
    tell(word("copied"));
    setTimeout(() => (button.textContent = label), 1600);
  }, style);
  button.setAttribute("aria-label", name);
  return button;
}
