import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // written at every element that has styles of its own, so it is short
    cssHash: ({ hash, filename }) => `s${hash(filename).slice(0, 4)}`,
  },
};
