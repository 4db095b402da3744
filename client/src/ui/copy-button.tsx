import { useState } from 'react';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';

export interface CopyButtonProps {
  text: string;
  /** What is copied: `Copy the token`. */
  label: string;
}

/** Says what happened until something else is copied or the pointer leaves: no timer decides for the reader. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<{ text: string; copied: boolean }>();
  const known = outcome?.text === text ? outcome : undefined;
  const word = known === undefined ? 'Copy' : known.copied ? '✓ Copied' : 'Select and copy by hand';
  const copy = async () => setOutcome({ text, copied: await copyText(text) });
  return (
    <Button
      size="small"
      aria-label={known === undefined ? label : word}
      onClick={() => void copy()}
      onPointerLeave={() => setOutcome(undefined)}
    >
      {word}
    </Button>
  );
}
