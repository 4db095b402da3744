import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import styles from './chart-grid.module.css';
import { createTurns, type Turns } from './chart-turns.ts';

const GAP_PX = 12;
/** Padding and border of a panel, both sides. */
const FRAME_PX = 26;
const COLUMN_MIN_PX = 340;
const COLUMNS_MAX = 3;
const SETTLE_MS = 100;

interface Slot {
  /** Pixels a chart may fill; 0 until measured. */
  width: number;
  turns: Turns;
}
const ChartSlot = createContext<Slot | null>(null);

/** What a chart gets from its grid: numbers instead of a container that measures each chart by itself. */
export function useChartSlot(): Slot {
  const slot = useContext(ChartSlot);
  if (slot === null) throw new Error('A chart stands inside a <ChartGrid>.');
  return slot;
}

export function columnsFor(width: number): number {
  return Math.max(1, Math.min(COLUMNS_MAX, Math.floor((width + GAP_PX) / (COLUMN_MIN_PX + GAP_PX))));
}

const chartWidth = (width: number, columns: number): number =>
  Math.max(0, Math.floor((width - GAP_PX * (columns - 1)) / columns) - FRAME_PX);

/** Lays panels out in columns of equal width and tells the charts in them how wide they are: one observer for all. */
export function ChartGrid({ children }: { children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [turns] = useState(() => createTurns());
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    let settle: ReturnType<typeof setTimeout> | undefined;
    setWidth(node.clientWidth);
    const observer = new ResizeObserver(() => {
      clearTimeout(settle);
      settle = setTimeout(() => setWidth(node.clientWidth), SETTLE_MS);
    });
    observer.observe(node);
    return () => {
      clearTimeout(settle);
      observer.disconnect();
      turns.stop();
    };
  }, [turns]);
  const columns = columnsFor(width);
  const slot = useMemo(() => ({ width: chartWidth(width, columns), turns }), [width, columns, turns]);
  return (
    <div
      ref={element}
      className={styles.grid}
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gap: GAP_PX }}
    >
      <ChartSlot.Provider value={slot}>{children}</ChartSlot.Provider>
    </div>
  );
}
