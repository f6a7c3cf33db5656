import type { App } from '$lib/app.svelte';
import { facets, type Facet } from '$lib/arrange';

/** One thing the list can be narrowed by. */
export type Choice = { facet: Facet; value: string };

export const facetNames = Object.keys(facets) as Facet[];
export const choices: readonly Choice[] = facetNames.flatMap((facet) =>
  facets[facet].map((value) => ({ facet, value })),
);

export function sayChoice(app: App, { facet, value }: Choice): string {
  const words = app.words.read.filter;
  const said = {
    look: words.look[value],
    kind: app.words.common.kindShort[value],
    status: app.words.common.status[value],
    mark: words.mark[value],
  };
  return said[facet] ?? value;
}
