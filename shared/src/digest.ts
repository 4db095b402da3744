/** FNV-1a, 32 bit (Fowler, Noll, Vo; http://www.isthe.com/chongo/tech/comp/fnv/), over UTF-8 of an ASCII-mostly key. */
function fnv1a32(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit < 0x80) hash = Math.imul(hash ^ unit, 0x01000193);
    else for (const byte of new TextEncoder().encode(key[i])) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

/** What one record adds to the digest of a set of records. */
export const recordDigest = (kind: string, id: string, rev: number): number => fnv1a32(`${kind}:${id}@${rev}`);

/** The digest is a sum mod 2³², so it is kept by adding and subtracting single records. */
export const addDigest = (sum: number, part: number): number => (sum + part) >>> 0;
export const subtractDigest = (sum: number, part: number): number => (sum - part) >>> 0;
export const formatDigest = (sum: number): string => sum.toString(16).padStart(8, '0');
