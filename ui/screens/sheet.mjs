// One sheet with all pictures of a variant, laid out by the browser that took them.
import { readFile } from 'node:fs/promises';

const looks = `
  body { margin: 0; padding: 28px; font: 13px/18px sans-serif; background: #d9d8d4; color: #333; }
  main { display: grid; grid-template-columns: repeat(var(--columns), var(--wide)); gap: 22px 18px; width: max-content; }
  figure { margin: 0; }
  img { display: block; width: var(--wide); border-radius: 6px; box-shadow: 0 0 0 1px rgb(0 0 0 / 0.12); }
  figcaption { margin-top: 6px; }`;

/** Writes the named pictures of a folder as one JPEG, in their order. */
export async function sheet(browser, variant, folder, names, file) {
  const narrow = variant.size.width < 720;
  const [columns, wide] = narrow ? [12, 168] : [7, 300];
  const figures = await Promise.all(
    names.map(async (name) => {
      const picture = await readFile(new URL(`${name}.png`, folder), 'base64');
      return `<figure><img src="data:image/png;base64,${picture}"><figcaption>${name}</figcaption></figure>`;
    }),
  );
  const page = await browser.newPage({ viewport: { width: columns * (wide + 18) + 38, height: 800 } });
  await page.setContent(
    `<style>:root { --columns: ${columns}; --wide: ${wide}px } ${looks}</style><main>${figures.join('')}</main>`,
  );
  await page.screenshot({ path: file.pathname, fullPage: true, type: 'jpeg', quality: 74 });
  await page.close();
}
