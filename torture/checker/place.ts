/** Where something stands in the log, or what an answer says how far the log was. */
interface Place {
  epoch: number;
  seq: number;
}

/** Did it stand in the log by then? */
export const isBy = (tx: Place, then: Place): boolean =>
  tx.epoch < then.epoch || (tx.epoch === then.epoch && tx.seq <= then.seq);
