// What the window carries, packed as gzip packs it. More than the limit is refused: an old phone reads all of it.
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const limit = 150_000;
const dist = new URL('dist/', import.meta.url);
let whole = 0;
for (const name of (await readdir(dist, { recursive: true })).sort()) {
  if (!/[.](css|html|js)$/.test(name)) continue;
  const packed = gzipSync(await readFile(new URL(name, dist)), { level: 9 }).length;
  whole += packed;
  process.stdout.write(`  ${(packed / 1000).toFixed(1).padStart(6)} KB  ${name}\n`);
}
process.stdout.write(`  ${(whole / 1000).toFixed(1).padStart(6)} KB  in all, of ${limit / 1000} KB\n`);
process.exit(whole > 0 && whole <= limit ? 0 : 1);
