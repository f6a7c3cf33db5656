// One browser and one build for every test file.
import { stand } from './stand.mjs';

export default async function setup({ provide }) {
  const { close, ...where } = await stand();
  provide('stand', where);
  provide('every', process.env.MINGXIA_VARIANTS === 'all');
  return close;
}
