import { expect, it } from 'vitest';
import { systemOf } from './system';

const told = (userAgent: string, maxTouchPoints = 0): string => systemOf({ userAgent, maxTouchPoints });

it.each([
  ['android', 'Mozilla/5.0 (Linux; Android 15; V2408A Build/AP3A; wv) AppleWebKit/537.36 Chrome/144.0.0.0 Mobile', 5],
  ['ios', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148', 5],
  ['ios', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 5],
  ['desktop', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 0],
  ['desktop', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15', 0],
  ['desktop', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/144.0.0.0 Edg/144.0.0.0', 10],
] as const)('knows %s by its name', (system, agent, fingers) => {
  expect(told(agent, fingers)).toBe(system);
});
