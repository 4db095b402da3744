import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './tabs.module.css';

export interface Tab<K extends string> {
  key: K;
  label: ReactNode;
  content: ReactNode;
}

export interface TabsProps<K extends string> {
  label: string;
  tabs: readonly Tab<K>[];
  value: K;
  onChange: (key: K) => void;
}

/** Panels behind tabs; arrow keys move between them. */
export function Tabs<K extends string>({ label, tabs, value, onChange }: TabsProps<K>) {
  const change = (key: string) => {
    const tab = tabs.find((candidate) => candidate.key === key);
    if (tab) onChange(tab.key);
  };
  return (
    <Radix.Root value={value} onValueChange={change} className={styles.root}>
      <Radix.List className={styles.list} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.key} value={tab.key} className={styles.tab}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.key} value={tab.key} className={styles.content}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
