const LINE_END = 0x0a;

/**
 * Cuts what goes one way on a connection with Redis (RESP2) into whole commands, or whole answers: the one belongs to
 * the other by its place alone. Has to hear the connection from its beginning.
 */
export class RedisFrames {
  /** What has come of the frame under way. */
  #parts: Buffer[] = [];
  /** What has come of a line under way: a type and a number, or a short text. */
  #line = '';
  /** Bytes of a text that are still to come, with its end. */
  #bytesLeft = 0;
  /** Values that are still to come until the frame is whole. */
  #valuesLeft = 1;

  /** The frames that are whole with this chunk. */
  take(chunk: Buffer): Buffer[] {
    const whole: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; ) {
      at = this.#bytesLeft > 0 ? this.#skip(chunk, at) : this.#read(chunk, at);
      if (this.#valuesLeft > 0 || this.#bytesLeft > 0) continue;
      whole.push(Buffer.concat([...this.#parts, chunk.subarray(from, at)]));
      this.#parts = [];
      this.#valuesLeft = 1;
      from = at;
    }
    if (from < chunk.length) this.#parts.push(chunk.subarray(from));
    return whole;
  }

  #skip(chunk: Buffer, at: number): number {
    const skipped = Math.min(this.#bytesLeft, chunk.length - at);
    this.#bytesLeft -= skipped;
    return at + skipped;
  }

  #read(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(LINE_END, at);
    this.#line += chunk.toString('latin1', at, end === -1 ? chunk.length : end);
    if (end === -1) return chunk.length;
    const count = Number(this.#line.slice(1));
    // Of a list its values come; everything else is one. A negative count stands for none at all.
    this.#valuesLeft += (this.#line.startsWith('*') ? Math.max(count, 0) : 0) - 1;
    if (this.#line.startsWith('$') && count >= 0) this.#bytesLeft = count + '\r\n'.length;
    this.#line = '';
    return end + 1;
  }
}
