/** A typed password as the bytes that cross to the core: NFC, UTF-8. The caller wipes them. */
export const bytesOf = (typed: string): Uint8Array => new TextEncoder().encode(typed.normalize('NFC'));

/** Hands bytes to `use` and wipes them, whatever happens. */
export async function withSecret<T>(typed: string, use: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  const bytes = bytesOf(typed);
  try {
    return await use(bytes);
  } finally {
    bytes.fill(0);
  }
}

/** Old and new in one body: length of the old as u32 big endian, the old, the new. */
export function both(old: Uint8Array, fresh: Uint8Array): Uint8Array {
  const body = new Uint8Array(4 + old.length + fresh.length);
  new DataView(body.buffer).setUint32(0, old.length);
  body.set(old, 4);
  body.set(fresh, 4 + old.length);
  return body;
}

/** What people paste: full-width digits, spaces and dashes, folded for fields of numbers only. */
export function foldDigits(typed: string): string {
  return typed
    .replace(/[\uFF10-\uFF19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\uFF38\uFF58]/g, 'X')
    .replace(/[\s\u00B7\u2010-\u2015\u2212-]/g, '');
}
