import { z } from 'zod';

/** Length in bytes of UTF-8 without a Node Buffer: this also runs in browsers. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

/** Text limited in bytes of UTF-8, at least one character. */
export const text = (maxBytes: number) =>
  z
    .string()
    .min(1)
    .refine((value) => value.length * 3 <= maxBytes || utf8Bytes(value) <= maxBytes, `at most ${maxBytes} bytes`);

/** One line for people: no line breaks or other control characters, neither those of ASCII nor the later ones. */
export const line = (maxCharacters: number) =>
  z
    .string()
    .min(1)
    .max(maxCharacters)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/, 'one line, without control characters');

/** Any JSON value up to `maxBytes` when encoded. */
export const json = (maxBytes: number) =>
  z.json().refine((value) => utf8Bytes(JSON.stringify(value)) <= maxBytes, `at most ${maxBytes} bytes as JSON`);
