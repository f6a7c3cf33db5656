import type { InquiryRow } from '$lib/backend/types';

/** One query of this device, as the banks recorded it. */
export type Own = { query: string; at: string; banks: number };

/** What this device asked, a line a query, the latest first. */
export function ownOf(lines: InquiryRow[]): Own[] {
  const queries = new Map<string, InquiryRow[]>();
  for (const line of lines.filter((one) => one.known)) {
    const same = queries.get(line.query_id);
    if (same) same.push(line);
    else queries.set(line.query_id, [line]);
  }
  return [...queries]
    .map(([query, same]) => ({
      query,
      at: same.reduce((first, { at }) => (at < first ? at : first), same[0]?.at ?? ''),
      banks: new Set(same.map((line) => line.bank)).size,
    }))
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
}
