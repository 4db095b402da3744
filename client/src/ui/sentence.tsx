import styles from './sentence.module.css';

export interface SentenceRef {
  kind: string;
  id: string;
}

export interface SentenceProps<R extends SentenceRef> {
  parts: readonly (string | R)[];
  onOpen: (ref: R) => void;
}

/** Words in which the objects can be opened. */
export function SentenceText<R extends SentenceRef>({ parts, onOpen }: SentenceProps<R>) {
  return (
    <span className={styles.sentence}>
      {parts.map((part, i) =>
        typeof part === 'string' ? (
          part
        ) : (
          // The parts of a sentence have no identity but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <button key={i} type="button" className={styles.link} onClick={() => onOpen(part)}>
            {part.id}
          </button>
        ),
      )}
    </span>
  );
}
