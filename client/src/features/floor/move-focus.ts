const CELL = '[data-cell]';

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const centre = (box: Box) => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
const DIRECTIONS: Record<string, (from: Box, to: Box) => boolean> = {
  ArrowRight: (from, to) => centre(to).x > centre(from).x + 1,
  ArrowLeft: (from, to) => centre(to).x < centre(from).x - 1,
  ArrowDown: (from, to) => centre(to).y > centre(from).y + 1,
  ArrowUp: (from, to) => centre(to).y < centre(from).y - 1,
};

/** The nearest box in the direction of the key; distance across counts more, so that rows and columns hold. */
export function nearest(boxes: readonly Box[], at: number, key: string): number | undefined {
  const from = boxes[at];
  const lies = DIRECTIONS[key];
  if (from === undefined || lies === undefined) return undefined;
  const across = key === 'ArrowLeft' || key === 'ArrowRight' ? 'y' : 'x';
  const along = across === 'x' ? 'y' : 'x';
  let best: { index: number; distance: number } | undefined;
  boxes.forEach((box, index) => {
    if (index === at || !lies(from, box)) return;
    const distance =
      Math.abs(centre(box)[along] - centre(from)[along]) + 4 * Math.abs(centre(box)[across] - centre(from)[across]);
    if (best === undefined || distance < best.distance) best = { index, distance };
  });
  return best?.index;
}

/** Arrow keys move between cells as they lie on the screen. Only the cell that has or had the focus is a tab stop. */
export function moveFocus(container: HTMLElement, key: string): boolean {
  if (!(key in DIRECTIONS)) return false;
  const cells = [...container.querySelectorAll<HTMLElement>(CELL)];
  const focused = document.activeElement;
  const at = focused instanceof HTMLElement ? cells.indexOf(focused) : -1;
  if (at < 0) return false;
  const next = nearest(
    cells.map((cell) => (cell.closest('[data-entity]') ?? cell).getBoundingClientRect()),
    at,
    key,
  );
  if (next !== undefined) cells[next]?.focus();
  return true;
}

/** Makes the focused cell the tab stop of the floor. */
export function holdTabStop(container: HTMLElement, focused: EventTarget): void {
  if (!(focused instanceof HTMLElement) || !focused.matches(CELL)) return;
  for (const cell of container.querySelectorAll<HTMLElement>(`${CELL}[tabindex="0"]`)) cell.tabIndex = -1;
  focused.tabIndex = 0;
}

/** The agent in whose cell something was clicked. */
export function agentAt(clicked: EventTarget): string | undefined {
  const cell = clicked instanceof Element ? clicked.closest(CELL)?.closest('[data-entity]') : undefined;
  return cell?.getAttribute('data-entity')?.replace('agent:', '');
}
