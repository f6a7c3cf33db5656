/** The text of a consent as the lines it is read by. */
export const linesOf = (text: string): string[] => text.split(/\n+/).filter((line) => line.trim() !== '');

/** Whether a line heads a part: 一、授权什么 · 1. What you agree to */
export const isHeading = (line: string): boolean =>
  /^([一二三四五六七八九十]+、|\d+\. )/.test(line) && line.length < 40;
