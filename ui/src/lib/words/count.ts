const marked = new Intl.NumberFormat('zh-CN');

/** How many of something: 1,234. Both languages write it so. What only looks like a number (a version, a year) is not counted. */
export const count = (n: number): string => marked.format(n);
