const matches = (query: string): boolean => typeof matchMedia === 'function' && matchMedia(query).matches;

/** Whether the window has the shape of a telephone, upright or on its side; the styles ask the same. */
export const likePhone = (): boolean => matches('(max-width: 719px), (max-height: 479px)');

/** Whether fingers press here. */
export const fingers = (): boolean => matches('(pointer: coarse)');
