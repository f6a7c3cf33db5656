// What the window carries, packed as the app carries it: Tauri embeds the pages with Brotli at quality 9 in a release
// build. More than the limit is refused: an old phone reads all of it. What gzip would make of it stands beside.
import { readdir, readFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const limit = 150_000;
const ways = {
  brotli: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length,
  gzip: (bytes) => gzipSync(bytes, { level: 9 }).length,
};
const dist = new URL('dist/', import.meta.url);
const kilo = (bytes) => `${(bytes / 1000).toFixed(1).padStart(6)} KB`;
const line = (sums, name) =>
  `${Object.entries(sums)
    .map(([way, n]) => `  ${kilo(n)} ${way}`)
    .join('')}  ${name}\n`;
const whole = { brotli: 0, gzip: 0 };
for (const name of (await readdir(dist, { recursive: true })).sort()) {
  if (!/[.](css|html|js)$/.test(name)) continue;
  const bytes = await readFile(new URL(name, dist));
  const packed = { brotli: ways.brotli(bytes), gzip: ways.gzip(bytes) };
  for (const way of Object.keys(whole)) whole[way] += packed[way];
  process.stdout.write(line(packed, name));
}
process.stdout.write(line(whole, `in all, of ${limit / 1000} KB by Brotli`));
process.exit(whole.brotli > 0 && whole.brotli <= limit ? 0 : 1);
