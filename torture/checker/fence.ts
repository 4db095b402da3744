/** A fence is `<epoch>.<seq>`: newer is the greater epoch, then the greater seq, both as numbers. */
export function compareFences(a: string, b: string): number {
  const [aEpoch = '0', aSeq = '0'] = a.split('.');
  const [bEpoch = '0', bSeq = '0'] = b.split('.');
  return Number(aEpoch) - Number(bEpoch) || Number(aSeq) - Number(bSeq);
}
