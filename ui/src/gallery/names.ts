import type { GalleryWords } from './words';

export type PageName = keyof GalleryWords['pages'];

/** The pages of the gallery, in the order of its list. */
export const pageNames: PageName[] = [
  'tokens',
  'button',
  'field',
  'search',
  'code',
  'switch',
  'seg',
  'tick',
  'chip',
  'steps',
  'row',
  'ring',
  'chart',
  'lead',
  'number',
  'note',
  'banner',
  'refused',
  'empty',
  'toast',
  'dialog',
  'sheet',
];
