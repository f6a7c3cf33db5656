/** How banks are grouped in the picker. A bank this table does not know stands under "other". */
export const groups = ['state', 'joint', 'city', 'rural', 'other'] as const;
export type Group = (typeof groups)[number];

const members: Record<Exclude<Group, 'other'>, readonly string[]> = {
  state: ['ICBC', 'CCB', 'ABC', 'BOC', 'PSBC', 'COMM'],
  joint: ['CMB', 'CIB', 'CITIC', 'SPDB', 'CMBC', 'CEB', 'PAB', 'HXB', 'CGB', 'CZB', 'CBHB', 'HFB'],
  city: ['BOB', 'JSB', 'BOS', 'NBCB', 'NJCB', 'HZCB', 'HSB'],
  rural: ['CQRCB', 'BJRCB', 'SHRCB'],
};

export function groupOf(code: string): Group {
  return groups.find((group) => group !== 'other' && members[group].includes(code)) ?? 'other';
}
