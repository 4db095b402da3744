const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);
/** Colours and titles of terminals. */
const ANSI = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${BELL}]*(?:${BELL}|${ESCAPE}\\\\))`, 'g');
/** Control characters besides tab and line break, and marks that turn or hide text. */
const DECEIVING = /[^\P{Cc}\t\n]|[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Text of an agent for people: terminal colours taken out, invisible and turning characters shown as ‹U+202E›. */
export const visibleText = (text: string): string =>
  text
    .replace(ANSI, '')
    .replace(DECEIVING, (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
