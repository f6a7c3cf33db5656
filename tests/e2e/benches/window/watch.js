// In the page: when each thing happened, by the page's own clock, from the event a person caused to the frame that shows it.
const seen = { calls: [], keys: [], frames: [], wheel: 0, turned: 0, blank: 0 };
window.seen = seen;

/** The frame that shows what was done so far has gone out. */
seen.painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));

const send = window.fetch;
window.fetch = async (where, how) => {
  const call = { name: decodeURIComponent(new URL(where).pathname.slice(1)).replace('plugin:', ''), sent: performance.now() };
  seen.calls.push(call);
  const said = await send(where, how);
  call.answered = performance.now();
  for (const way of ['json', 'text', 'arrayBuffer']) {
    const read = said[way].bind(said);
    said[way] = async () => {
      const value = await read();
      call.read = performance.now();
      return value;
    };
  }
  return said;
};

const drawn = () =>
  [...document.querySelectorAll('[data-row] .card')].some((row) => {
    const box = row.getBoundingClientRect();
    return box.height > 0 && box.top < innerHeight && getComputedStyle(row).visibility === 'visible';
  });
addEventListener('click', (event) => (seen.pressed = event.timeStamp), { capture: true, once: true });
// Once rows are there: a frame lays out, tells the sizes and paints; what it painted is seen right after it.
const look = () => {
  if (drawn()) seen.shown = performance.now();
  else void seen.painted().then(look);
};
new MutationObserver((_, watch) => {
  if (!document.querySelector('[data-row]')) return;
  watch.disconnect();
  void seen.painted().then(look);
}).observe(document.body, { childList: true, subtree: true });

addEventListener('keydown', (event) => (seen.key = event.timeStamp), true);
addEventListener(
  'input',
  () => {
    const at = seen.key;
    void seen.painted().then(() => seen.keys.push(performance.now() - at));
  },
  true,
);
addEventListener(
  'wheel',
  (event) => {
    seen.wheel += 1;
    seen.turned += event.deltaY;
  },
  { capture: true, passive: true },
);

let last = 0;
const frame = (now) => {
  seen.frames.push(now - last);
  last = now;
  if (!document.elementFromPoint(innerWidth - 160, innerHeight - 60)?.closest('[data-row]')) seen.blank += 1;
  if (seen.watching) requestAnimationFrame(frame);
};
seen.watch = () => {
  Object.assign(seen, { watching: true, frames: [], blank: 0, wheel: 0, turned: 0, from: seen.top() });
  last = performance.now();
  requestAnimationFrame(frame);
};
seen.rest = () => {
  seen.watching = false;
  return { frames: seen.frames.slice(1), blank: seen.blank, wheel: seen.wheel, turned: seen.turned, way: seen.top() - seen.from };
};
seen.pane = () => document.querySelector('[data-row]')?.closest('.pane');
seen.top = () => seen.pane()?.scrollTop ?? 0;
seen.row = () => Number(document.activeElement?.closest('[data-row]')?.dataset.row ?? -1);
