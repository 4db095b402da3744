const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
const AT = 0x40;
const ZERO = 0x30;

const step = (hash: number, byte: number): number => Math.imul(hash ^ byte, PRIME);

/** FNV-1a, 32 bit (Fowler, Noll, Vo; http://www.isthe.com/chongo/tech/comp/fnv/), over UTF-8 of an ASCII-mostly text. */
function addText(from: number, text: string): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) hash = step(hash, unit);
    else for (const byte of new TextEncoder().encode(text[i])) hash = step(hash, byte);
  }
  return hash;
}

/** The decimal digits of a whole number, without making a text of them. */
const addDigits = (hash: number, number: number): number =>
  step(number >= 10 ? addDigits(hash, Math.floor(number / 10)) : hash, ZERO + (number % 10));

const kinds = new Map<string, number>();

function ofKind(kind: string): number {
  let hash = kinds.get(kind);
  if (hash === undefined) {
    hash = addText(OFFSET, `${kind}:`);
    kinds.set(kind, hash);
  }
  return hash;
}

/** What one record adds to the digest of a set of records: the hash of `<kind>:<id>@<rev>`. Computed for every change. */
export const recordDigest = (kind: string, id: string, rev: number): number =>
  addDigits(step(addText(ofKind(kind), id), AT), rev) >>> 0;

/** The digest is a sum mod 2³², so it is kept by adding and subtracting single records. */
export const addDigest = (sum: number, part: number): number => (sum + part) >>> 0;
export const subtractDigest = (sum: number, part: number): number => (sum - part) >>> 0;
export const formatDigest = (sum: number): string => sum.toString(16).padStart(8, '0');
