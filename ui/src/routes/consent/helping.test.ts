import { waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import CodeStep from '$lib/components/CodeStep.svelte';
import { part } from '../../testing';
import Facts from './Facts.svelte';

const said = (): string => document.body.textContent ?? '';
const masked = /\d\*+\d/;

it('shows no masked number beside the consent while family helps', async () => {
  const app = await part(Facts, { banks: { banks: [], sets: [], last_set: [], directory_version: 1 } });
  expect(said()).toMatch(masked);
  app.helping = true;
  await waitFor(() => expect(said()).not.toMatch(masked));
});

it('does not say where a code went while family helps', async () => {
  const app = await part(CodeStep, {
    mobile: '100****2046',
    check: null,
    expiresAt: null,
    resendAt: null,
    triesLeft: null,
    busy: false,
    refusal: null,
    onsubmit: () => undefined,
    onresend: () => undefined,
  });
  expect(said()).toMatch(masked);
  app.helping = true;
  await waitFor(() => expect(said()).not.toMatch(masked));
});
