import type { Plugin } from 'vite';

/**
 * Draws each icon of the library as the plain `<svg>` it is. The library's own component puts its shapes together in the
 * window, with two loops and half a dozen effects for every icon of every row; colour and stroke are the class `icon`'s.
 */
export const plainIcons: Plugin = {
  name: 'plain-icons',
  enforce: 'pre',
  transform: {
    filter: { id: /@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/ },
    handler(code, id) {
      const data = /const iconData = (.*);/.exec(code)?.[1];
      if (!data) throw new Error(`the library keeps its icons in another form: ${id}`);
      const { size, node } = JSON.parse(data) as { size: number; node: [string, Record<string, string>][] };
      const shapes = node.map(([tag, places]) => {
        const written = Object.entries(places).map(([name, value]) => ` ${name}="${value}"`);
        return `<${tag}${written.join('')} />`;
      });
      const script = '<script>let { class: of } = $props();</script>';
      const svg = `<svg class={of} viewBox="0 0 ${size} ${size}" aria-hidden="true">${shapes.join('')}</svg>`;
      return { code: script + svg, map: null };
    },
  },
};
