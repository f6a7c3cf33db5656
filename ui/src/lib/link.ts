import type { App } from './app.svelte';
import type { Screen, ScreenName } from './screens';

/** Where something is typed or under way: a link from outside disturbs none of it. */
const busy: ReadonlySet<ScreenName> = new Set([
  'enrol',
  'consent',
  'verify',
  'apply',
  'forgotten',
  'password',
  'letter',
]);

/** Where a query stands now; home, where nothing is known of it. */
function placeOf(app: App, query_id: string): Screen {
  const { query = null, records = [] } = app.home ?? {};
  if (query?.query_id === query_id) {
    if (query.state === 'collecting') return { at: 'collect' };
    if (query.state === 'ready' || query.state === 'retrying') return { at: app.unlocked ? 'read' : 'unlock' };
    return { at: 'home' };
  }
  return records.some((record) => record.query_id === query_id) ? { at: 'record', query_id } : { at: 'home' };
}

/** Goes where a link from outside leads, if one does. It shows, and never acts. */
export async function follow(app: App): Promise<void> {
  const query_id = await app.backend.settings.link().catch(() => null);
  if (query_id === null || busy.has(app.screen.at)) return;
  await app.refresh();
  app.open(placeOf(app, query_id));
}
