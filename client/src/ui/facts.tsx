import type { ReactNode } from 'react';
import styles from './facts.module.css';

export interface FactsProps {
  /** A fact without a value is left out; one that is unknown is given as “—”. */
  facts: readonly (readonly [label: string, value: ReactNode] | null | false)[];
}

/** Labels with their values, one per line. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className={styles.facts}>
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]} className={styles.fact}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
