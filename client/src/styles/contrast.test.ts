import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function block(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/gi)].map(([, name = '', value = '']) => [name, value]),
  );
}
const light = block(':root');
const themes = { light, dark: { ...light, ...block('[data-theme="dark"]') } };

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [bright = 0, dim = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (bright + 0.05) / (dim + 0.05);
}

const GROUNDS = ['canvas', 'panel', 'raised', 'row-hover'];
const TINTS = ['p1-tint', 'p2-tint', 'ask-tint'];
const TEXT_PAIRS: (readonly [text: string, ground: string])[] = [
  ...['ink-1', 'ink-2', 'ink-3', 'p1-text', 'p2-text', 'ask-text'].flatMap((text) =>
    GROUNDS.map((ground) => [text, ground] as const),
  ),
  ...['ink-1', 'ink-2'].flatMap((text) => [...TINTS, 'row-sel'].map((ground) => [text, ground] as const)),
  ['p1-text', 'p1-tint'],
  ['p1-text', 'ask-tint'],
  ['p1-text', 'p2-tint'],
  ['p2-text', 'p2-tint'],
  ['ask-text', 'ask-tint'],
  ['on-p1', 'p1-fill'],
  ['on-p2', 'p2-fill'],
  ['on-ask', 'ask-fill'],
  ['raised', 'ink-1'],
];
const MARK_PAIRS: (readonly [mark: string, ground: string])[] = [
  ...['line-strong', 'n-working', 'ink-1'].flatMap((mark) =>
    ['canvas', 'panel', 'raised'].map((ground) => [mark, ground] as const),
  ),
  ...['p1-fill', 'ask-fill', 'p2-text'].flatMap((mark) =>
    ['canvas', 'panel', 'raised'].map((ground) => [mark, ground] as const),
  ),
  ...['ink-1', 'n-working'].flatMap((mark) => TINTS.map((ground) => [mark, ground] as const)),
  ...['series-1', 'series-2'].flatMap((mark) => ['panel', 'raised'].map((ground) => [mark, ground] as const)),
];

for (const [theme, tokens] of Object.entries(themes)) {
  const ratio = (a: string, b: string) => contrast(tokens[a] ?? '', tokens[b] ?? '');

  test.each(TEXT_PAIRS)(`${theme}: text %s on %s reads at 4.5:1`, (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(MARK_PAIRS)(`${theme}: mark %s on %s is seen at 3:1`, (mark, ground) => {
    expect(ratio(mark, ground)).toBeGreaterThanOrEqual(3);
  });
}

test('amber alone is not seen on a light ground: why its marks always have a border', () => {
  expect(contrast(light['p2-fill'] ?? '', light.canvas ?? '')).toBeLessThan(3);
});

test('no green: no token has green as its leading channel beyond a trace', () => {
  const lead = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    return g - Math.max(r, b);
  };
  const green = Object.values(themes).flatMap((tokens) => Object.entries(tokens).filter(([, hex]) => lead(hex) > 4));
  expect(green).toEqual([]);
});
