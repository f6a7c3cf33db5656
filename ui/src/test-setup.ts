import { cleanup } from '@testing-library/svelte';
import { afterEach } from 'vitest';
import { draft } from '$lib/draft.svelte';

Element.prototype.scrollIntoView ??= () => undefined;

afterEach(() => {
  cleanup();
  draft.clear();
});
