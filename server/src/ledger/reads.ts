/** Reads that came while a batch was on the wire: they wait until the copy is what was committed. */
export class Reads {
  readonly #waiting: (() => void)[] = [];

  get waiting(): number {
    return this.#waiting.length;
  }

  add<T>(read: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(read());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  run(): void {
    for (const read of this.#waiting.splice(0)) read();
  }
}
