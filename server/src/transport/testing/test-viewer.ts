import type { BeatFrame, DiffFrame, SnapshotFrame } from '@signalbox/shared/protocol';
import { ModelViewer } from './model-viewer.ts';
import { OWNER_TOKEN, PROJECT, type TestHub } from './test-hub.ts';
import { type Fields, TestSocket } from './test-socket.ts';

/** A control room that follows `acme` and checks every frame. */
export class TestViewer implements AsyncDisposable {
  readonly model: ModelViewer;
  readonly connection: TestSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(connection: TestSocket, model: ModelViewer) {
    this.connection = connection;
    this.model = model;
    const { socket } = connection;
    socket.on('snapshot', (frame: SnapshotFrame) => this.#took(() => model.snapshot(frame)));
    socket.on('diff', (frame: DiffFrame) => this.#took(() => model.diff(frame)));
    socket.on('beat', (frame: BeatFrame) => this.#took(() => this.#beat(frame)));
  }

  /** `model`: of a viewer that was connected before and comes back. */
  static async open(
    hub: TestHub,
    { token = OWNER_TOKEN, model = new ModelViewer() }: { token?: string; model?: ModelViewer } = {},
  ): Promise<{ viewer: TestViewer; answer: Fields }> {
    const connection = await TestSocket.connected(`${hub.url}/control`, { token });
    const viewer = new TestViewer(connection, model);
    const answer = await viewer.subscribe();
    return { viewer, answer };
  }

  subscribe(): Promise<Fields> {
    const { cursor } = this.model;
    return this.connection.call('subscribe', { project: PROJECT, ...(cursor !== undefined && { cursor }) });
  }

  /** Resolves when the viewer is where the hub's ledger is now. */
  level({ project: { ledger } }: TestHub): Promise<void> {
    const { epoch, seq } = ledger;
    return this.until(() => this.model.cursor?.epoch === epoch && this.model.cursor.seq >= seq);
  }

  until(fact: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!fact()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #took(take: () => void): void {
    take();
    for (const look of this.#waiting) look();
  }

  #beat(frame: BeatFrame): void {
    const { cursor, digest } = this.model;
    if (cursor?.epoch !== frame.epoch || cursor.seq !== frame.seq)
      this.model.faults.push(`a beat at ${frame.epoch}.${frame.seq} on ${cursor?.epoch}.${cursor?.seq}`);
    else if (digest !== frame.digest)
      this.model.faults.push(`a beat with ${frame.digest} on ${digest} at ${frame.seq}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.socket.close();
  }
}
