import { Button } from '../button.tsx';
import styles from './time-chart.module.css';

/** In place of a plot whose code could not be fetched, as after an update of the hub; the page around it stays. */
export function PlotMissing({ height }: { height: number }) {
  return (
    <div className={styles.nothing} style={{ height }}>
      The chart could not be loaded; the table still works.
      <Button size="small" onClick={() => location.reload()}>
        Reload the page
      </Button>
    </div>
  );
}
