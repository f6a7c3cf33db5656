import type { RecordRow } from './backend/types';
import type { Words } from './words/words';

/** How a record ended, in a few words. */
export const recordWord = (words: Words, row: RecordRow): string => words.common.ended[row.ended];

/** A query number short enough to read out over the telephone. */
export const shortNumber = (query_id: string): string =>
  query_id
    .replaceAll('-', '')
    .slice(0, 12)
    .replace(/(.{4})(?=.)/g, '$1-')
    .toUpperCase();
