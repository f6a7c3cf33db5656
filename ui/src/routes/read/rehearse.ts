import { flushSync, mount, unmount } from 'svelte';
import type { App } from '$lib/app.svelte';
import type { BankReport, CardView, ReportView } from '$lib/backend/types';
import { Chosen } from '$lib/chosen.svelte';
import Report from './Report.svelte';

// So many that the code that arranges cards is compiled for many.
const banks = 100;
const cards = 24;
let done = false;

/**
 * Lays the report's screen out once, of nobody's cards and taken away before anything is painted, while the core is
 * busy with the password: what a browser does when it meets code, styles and glyphs for the first time is done then.
 * `context` is that of the screen it is done for.
 */
export function rehearse(app: App, context: Map<unknown, unknown>): void {
  const query = app.home?.query;
  if (done || !query) return;
  done = true;
  const place = document.createElement('div');
  place.className = 'rehearsal';
  place.inert = true;
  document.querySelector('main')?.append(place);
  const report = { ...nobodys(app), query };
  const shown = mount(Report, { target: place, props: { report, chosen: new Chosen() }, context });
  flushSync();
  place.getBoundingClientRect();
  void unmount(shown);
  place.remove();
}

/** As many cards as make a list that draws only a part of them, of every sort; its words are the page's own. */
function nobodys(app: App): Omit<ReportView, 'query'> {
  const text = app.words.read.title;
  const flags = [[], [], ['dormant'], ['frozen'], ['new_since_last']];
  const card = (bank: string, n: number): CardView => ({
    id: `${bank}-${n}`,
    bank,
    product: text,
    kind: n % 3 ? 'debit' : 'credit',
    brand: 'unionpay',
    number: '6200***********0000',
    tail: '0000',
    class: n % 3 ? 'I' : null,
    status: 'active',
    role: 'primary',
    opened: '2000-01',
    city: text,
    last_used: '2000-01',
    flags: flags[n % flags.length] ?? [],
    mark: null,
  });
  const bank = (n: number): BankReport => ({
    bank: app.banks[n]?.code ?? String(n),
    state: 'answered',
    at: null,
    outcome: 'found',
    fault: null,
    as_of: new Date(app.now).toISOString(),
    omitted: 0,
    used: [],
    cards: Array.from({ length: cards }, (_, i) => card(String(n), i)),
    flags: ['more_than_four_debit'],
  });
  return {
    total: banks * cards,
    totals: [],
    unusual: [{ flag: 'more_than_four_debit', bank: app.banks[0]?.code ?? '', card: null, count: 5 }],
    banks: Array.from({ length: banks }, (_, n) => bank(n)),
    inquiries: [],
    changed_since_last: null,
    left_out: [],
    note: null,
  };
}
