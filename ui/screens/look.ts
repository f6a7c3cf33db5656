import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { shots, type Shot } from './shots';
import type { Variant } from './variants';
import { complaintsOf, open, show, type Stand, type Window } from './window';

declare module 'vitest' {
  interface ProvidedContext {
    stand: Stand;
    /** every variant, not only those of every day */
    every: boolean;
  }
}

export const shown = (variant: Variant, of: Shot[] = shots): Shot[] =>
  of.filter((shot) => !(variant.elder && shot.notElder));

/** Looks at every situation in these variants: no barrier, nothing too wide, too small for elder mode or
 * swallowed by the system's colours, no error, nothing from elsewhere. */
export function lookAt(variants: Variant[], of: Shot[] = shots): void {
  let browser: Browser;
  beforeAll(async () => void (browser = await chromium.connect(inject('stand').browser)));
  afterAll(() => browser.close());

  describe.each(variants.filter((variant) => variant.daily || inject('every')))('$name', (variant) => {
    let window: Window;
    beforeAll(async () => void (window = await open(browser, inject('stand'), variant)));
    afterAll(() => window.close());

    it.each(shown(variant, of))('$name', async (shot) => {
      await show(window.page, inject('stand'), shot, variant);
      const found = await complaintsOf(window.page, variant);
      expect([...found, ...window.complaints.splice(0)]).toEqual([]);
    });
  });
}
