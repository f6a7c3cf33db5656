import { describe, expect } from 'vitest';
import { id } from '../../src/lib/testids';
import { desk, journey, phone, type Person } from './journey';

const cards = (person: Person): Promise<number> => person.page.locator('[data-testid^="card-"]').count();
const whole = /\d[\d\s·-]{10,}\d/;

describe('a report', () => {
  journey.for([
    ['a phone', phone],
    ['a desktop', desk],
  ] as const)('is filtered and searched on %s', async ([, size], { begin }) => {
    const person = await begin('unlocked', { at: 'read' }, size);
    await person.sees(id.card('1183'));
    await person.press(id.filter('dormant'));
    await person.misses(id.card('1183'));
    await person.sees(id.card('9173'));
    await person.press(id.filter('all'));
    await person.fill(id.reportSearch, '宁波');
    await person.misses(id.card('1183'));
    await person.sees(id.card('2085'));
    await person.fill(id.reportSearch, '1183');
    await person.misses(id.card('2085'));
    expect(await cards(person)).toBe(1);
    await person.fill(id.reportSearch, '没有这张');
    await person.misses(id.card('1183'));
    await person.fill(id.reportSearch, '');
    await person.sees(id.card('1183'));
  });

  journey('takes what the person knows of a card, and leads to the bank', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'read' }, desk);
    await person.press(id.card('1183'));
    await person.at('card');
    await person.press(id.mark('not_mine'));
    await person.press(id.kitStep('call_bank'));
    const ticked = person.page.getByTestId(id.kitStep('call_bank'));
    await expect.poll(() => ticked.getAttribute('aria-checked')).toBe('true');
    await person.press(id.letterOpen);
    await person.at('letter');
    await expect.poll(() => person.text()).toContain('1183');
    expect(await person.text(), 'no whole number on paper').not.toMatch(whole);
    await person.press(id.back);
    await person.at('card');
    await expect.poll(() => ticked.getAttribute('aria-checked')).toBe('true');
    await person.press(id.back);
    await person.press(id.filter('not_mine'));
    await person.misses(id.card('9173'));
    await person.sees(id.card('1183'));
    expect(await cards(person)).toBe(1);
  });

  journey('shows no whole number anywhere', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'read' }, desk);
    await person.sees(id.card('1183'));
    expect(await person.text()).not.toMatch(whole);
  });
});
