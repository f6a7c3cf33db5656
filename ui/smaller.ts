import { minify } from 'terser';
import type { Plugin } from 'vite';

// What the bundler made small is made smaller once more, by what inlines where the bundler does not: a hundredth of all
// that an old phone reads. A property that is read only to be read stays, for Svelte listens to that.
export const smaller: Plugin = {
  name: 'smaller',
  apply: 'build',
  async generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const { code } = await minify(chunk.code, {
        module: true,
        compress: { passes: 3, pure_getters: false },
        mangle: false,
      });
      chunk.code = code ?? chunk.code;
    }
  },
};
