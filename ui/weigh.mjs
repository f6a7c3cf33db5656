// What the window carries, packed as the app carries it: Tauri embeds the pages with Brotli at quality 9 in a release
// build. More than the limit is refused: an old phone reads all of it. What gzip would make of it stands beside.
import { readdir, readFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const limit = 150_000;
const dist = new URL('dist/', import.meta.url);
const kilo = (bytes) => `${(bytes / 1000).toFixed(1).padStart(6)} KB`;
let whole = 0;
let zipped = 0;
for (const name of (await readdir(dist, { recursive: true })).sort()) {
  if (!/[.](css|html|js)$/.test(name)) continue;
  const bytes = await readFile(new URL(name, dist));
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length;
  whole += packed;
  zipped += gzipSync(bytes, { level: 9 }).length;
  process.stdout.write(`  ${kilo(packed)}  ${name}\n`);
}
process.stdout.write(`  ${kilo(whole)}  in all, of ${limit / 1000} KB; ${kilo(zipped).trim()} by gzip\n`);
process.exit(whole > 0 && whole <= limit ? 0 : 1);
