import type { GalleryWords } from './words';

export type PageName = keyof GalleryWords['pages'];

/** The pages of the gallery, in the order of its list. */
export const pageNames: PageName[] = [
  'tokens',
  'button',
  'field',
  'search',
  'code',
  'codestep',
  'factor',
  'password',
  'switch',
  'seg',
  'tick',
  'chip',
  'steps',
  'row',
  'ring',
  'chart',
  'frame',
  'walk',
  'lead',
  'number',
  'note',
  'banner',
  'refused',
  'empty',
  'toast',
  'dialog',
  'curtain',
];
