import schema from '@tauri-apps/cli/config.schema.json';
import Ajv from 'ajv';
import { expect, it } from 'vitest';

// What each system's packages are made of, held against the schema of the tool that makes them.
type Json = Record<string, unknown>;
const configurations = import.meta.glob<Json>(
  ['../../../../tauri*.conf.json', '../../../../src-tauri/packaging*.json'],
  { eager: true, import: 'default' },
);
const there = Object.keys(import.meta.glob('../../../../src-tauri/{icons,ios,linux,macos,windows}/**'));
const read = (file: string): Json => configurations[`../../../../${file}`] ?? {};
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As the tool merges them (RFC 7396); none of ours takes anything away. */
function merged(one: Json, other: Json): Json {
  const all: Json = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const below = all[name];
    all[name] = isObject(value) ? merged(isObject(below) ? below : {}, value) : value;
  }
  return all;
}

const valid = new Ajv({ format: false, allErrors: true }).compile(schema);
const house = read('tauri.conf.json');
const packaging = read('src-tauri/packaging.json');

const systems: [string, Json[]][] = [
  ['linux', [packaging]],
  ['windows', [read('tauri.windows.conf.json'), packaging, read('src-tauri/packaging.windows.json')]],
  ['macos', [read('tauri.macos.conf.json'), packaging]],
  ['ios', [read('tauri.ios.conf.json')]],
  ['android', [read('tauri.android.conf.json')]],
];

it('knows every configuration there is', () => {
  const names = Object.keys(configurations).map((path) => path.replace('../../../../', ''));
  const systems = ['android', 'ios', 'macos', 'windows'].map((system) => `tauri.${system}.conf.json`);
  const ours = ['src-tauri/packaging.json', 'src-tauri/packaging.windows.json', 'tauri.conf.json', ...systems];
  expect(names.sort()).toEqual(ours.sort());
});

it.each(systems)('is what the tool takes for %s', (_, parts) => {
  expect(valid(parts.reduce(merged, house)), JSON.stringify(valid.errors, null, 2)).toBe(true);
});

it('refuses what the tool would not take', () => {
  expect(valid(merged(house, { bundle: { windows: { nsis: { installMode: 'everybody' } } } }))).toBe(false);
  expect(valid(merged(house, { bundle: { windos: {} } }))).toBe(false);
});

it('names files that are there', () => {
  const files: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string' && value.startsWith('src-tauri/')) files.push(value);
    else if (isObject(value) || Array.isArray(value)) Object.values(value).forEach(walk);
  };
  walk(systems.map(([, parts]) => parts.reduce(merged, house)));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => !there.includes(`../../../../${file}`))).toEqual([]);
});
