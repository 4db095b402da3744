import WebSocket from 'ws';

/**
 * Socket.IO on a bare WebSocket, as a client in another language would write it from the protocol alone. It costs a
 * fraction of the library, so that thousands fit into one process. `on`: { opened, refused(error), frame(name, payload,
 * acknowledge), closed() }, each optional; after `refused` or `closed` nothing more comes.
 */
export class LeanSocket {
  #ws;
  #namespace;
  #on;
  #nextAck = 0;
  #answers = new Map();

  constructor({ url, namespace, auth }, on) {
    this.#namespace = namespace;
    this.#on = on;
    const address = new URL('/socket.io/?EIO=4&transport=websocket', url);
    address.protocol = 'ws:';
    this.#ws = new WebSocket(address, { perMessageDeflate: false });
    this.#ws.on('message', (data) => this.#packet(data.toString(), auth));
    // Whatever it was, `close` follows.
    this.#ws.on('error', () => {});
    this.#ws.on('close', () => this.#closed());
  }

  get isOpen() {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  /** Bytes that the hub has not taken. */
  get unsent() {
    return this.#ws.bufferedAmount;
  }

  /** Resolves with the answer; undefined when the connection ends before there is one. */
  call(name, input = {}) {
    return new Promise((resolve) => {
      if (!this.isOpen) return resolve(undefined);
      const id = this.#nextAck++;
      this.#answers.set(id, resolve);
      this.#ws.send(`42${this.#namespace},${id}${JSON.stringify([name, input])}`);
    });
  }

  close() {
    this.#on = {};
    this.#ws.terminate();
  }

  #packet(text, auth) {
    const head = `${this.#namespace},`;
    if (text === '2') this.#ws.send('3');
    else if (text.startsWith('0')) this.#ws.send(`40${head}${JSON.stringify(auth)}`);
    else if (text.startsWith(`40${head}`)) this.#on.opened?.();
    else if (text.startsWith(`44${head}`)) {
      const { message, data } = JSON.parse(text.slice(2 + head.length));
      const { refused } = this.#on;
      this.close();
      refused?.(data ?? { code: 'NONE', message });
    } else if (text.startsWith(`42${head}`) || text.startsWith(`43${head}`)) this.#event(text, 2 + head.length);
  }

  #event(text, start) {
    const from = text.indexOf('[', start);
    const id = text.slice(start, from);
    const args = JSON.parse(text.slice(from));
    if (text[1] === '3') {
      this.#answers.get(Number(id))?.(args[0]);
      this.#answers.delete(Number(id));
    } else this.#on.frame?.(args[0], args[1], () => id !== '' && this.#ws.send(`43${this.#namespace},${id}[]`));
  }

  #closed() {
    for (const resolve of this.#answers.values()) resolve(undefined);
    this.#answers.clear();
    const { closed } = this.#on;
    this.#on = {};
    closed?.();
  }
}
