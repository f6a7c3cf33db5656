import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import App from '../src/App.svelte';
import { fromAddress } from '../src/lib/backend/fake/scene';
import { id } from '../src/lib/testids';
import { addressOf, shots, type Move } from './shots';

async function move(step: Move): Promise<void> {
  if ('read' in step) {
    for (const part of screen.getAllByTestId(id.consentPart)) await fireEvent.focus(part);
    await fireEvent.focus(screen.getByTestId(id.consentEnd));
    return;
  }
  const control = await waitFor(() => {
    const found = screen.getAllByTestId('press' in step ? step.press : step.type)[0];
    if (!found || ('disabled' in found && found.disabled)) throw new Error('not ready');
    return found;
  });
  if ('press' in step) await fireEvent.click(control);
  else await fireEvent.input(control, { target: { value: step.text } });
}

/** What stands in the way of a keyboard or a screen reader. Contrast needs a real browser: take.mjs looks at that. */
async function barriers(): Promise<string[]> {
  const found = await axe.run(document.body, {
    resultTypes: ['violations'],
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}`));
}

describe('nothing stands in the way of a keyboard or a screen reader on', () => {
  it.each(shots)(
    '$name',
    async (shot) => {
      const { backend, start } = fromAddress(addressOf(shot, { lang: 'zh-CN', theme: 'light' }));
      render(App, start ? { backend, start } : { backend });
      await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe(shot.at ?? 'home'));
      for (const step of shot.moves ?? []) await move(step);
      expect(await barriers()).toEqual([]);
    },
    30_000,
  );

  it('a control without a name, which the search must find', async () => {
    const button = document.createElement('button');
    document.body.append(button);
    expect(await barriers()).toEqual(['button-name: button']);
    button.remove();
  });
});
