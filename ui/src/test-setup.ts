import { cleanup, configure } from '@testing-library/svelte';
import { afterEach } from 'vitest';
import { draft } from '$lib/draft.svelte';

// A wait ends as soon as there is something to see; on a busy machine that may take a while.
configure({ asyncUtilTimeout: 15_000 });

Element.prototype.scrollIntoView ??= () => undefined;
// nothing is laid out here, so everything counts as drawn: what is hidden could not be told from what is not
Element.prototype.getClientRects = () => [{}] as unknown as DOMRectList;

afterEach(() => {
  cleanup();
  draft.clear();
});
