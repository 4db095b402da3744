import styles from './skeleton.module.css';

export interface SkeletonProps {
  /** What is being loaded, for those who do not see the grey. */
  label: string;
  height: number;
}

/** Holds the place of what is coming, in its final geometry. It does not move: nothing here blinks. */
export function Skeleton({ label, height }: SkeletonProps) {
  return <div className={styles.skeleton} style={{ height }} role="img" aria-label={label} />;
}
