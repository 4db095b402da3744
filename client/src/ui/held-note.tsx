import { Button } from './button.tsx';
import styles from './held-note.module.css';

export interface HeldNoteProps {
  /** What waits: `4 moved, 1 new`. Nothing is shown while nothing does. */
  words: string;
  onApply: () => void;
  /** At the end of a list; or in a line that is there anyway, for a list that is followed by others. */
  place?: 'end' | 'line';
}

/** Says what the order of a list holds back. */
export function HeldNote({ words, onApply, place = 'end' }: HeldNoteProps) {
  if (words === '') return null;
  return (
    <div className={place === 'end' ? styles.end : undefined}>
      <Button size="small" onClick={onApply} data-testid="held-note">
        {words} — press <kbd>.</kbd>
      </Button>
    </div>
  );
}
