import { expect, it } from 'vitest';
import sample from './packed.json';
import { unpacked } from './packed';
import type { PackedReport } from './types';

// The core packs the same sample in tests/contract/packed.rs.
const packed = (): PackedReport => structuredClone(sample.packed) as PackedReport;

it('shows nothing where places lead nowhere', () => {
  const report = unpacked({ ...packed(), words: [] });
  expect(report.banks[0]?.cards.map(({ number, city, mark }) => [number, city, mark])).toEqual([
    ['', null, null],
    ['', null, null],
  ]);
  expect(unpacked({ ...packed(), cards: [[1, 2, 3]] }).banks[0]?.cards, 'half a card is none').toEqual([]);
  expect(unpacked({ ...packed(), sorts: [] }).banks[0]?.cards, 'nor is one of no sort').toEqual([]);
});

it('gives every card back to its bank, as the core had it', () => {
  expect(unpacked(packed())).toEqual(sample.whole);
});
