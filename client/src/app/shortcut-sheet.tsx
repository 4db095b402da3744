import { setUi, useUi } from '../hub/ui-store.ts';
import { Dialog } from '../ui/dialog.tsx';
import styles from './shortcut-sheet.module.css';
import { SHORTCUTS } from './shortcuts.ts';

export function ShortcutSheet() {
  const open = useUi((ui) => ui.sheetOpen);
  return (
    <Dialog
      open={open}
      onClose={() => setUi({ sheetOpen: false })}
      title="Keyboard"
      description="Never while you type."
    >
      <dl className={styles.list}>
        {SHORTCUTS.map(([keys, verb]) => (
          <div key={keys} className={styles.row}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{verb}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
