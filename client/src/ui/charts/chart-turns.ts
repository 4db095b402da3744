/** Hands out one turn per frame, so that eight charts that get data at once never draw in one long task. */
export interface Turns {
  /** Runs `draw` in a frame of its own, in the order of asking. Returns a function that withdraws. */
  take(draw: () => void): () => void;
  stop(): void;
}

export interface Frames {
  request: (callback: () => void) => number;
  cancel: (handle: number) => void;
}

const browserFrames: Frames = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

export function createTurns(frames: Frames = browserFrames): Turns {
  const waiting = new Set<() => void>();
  let handle: number | undefined;
  const schedule = () => {
    if (handle === undefined && waiting.size > 0) handle = frames.request(run);
  };
  const run = () => {
    handle = undefined;
    const [draw] = waiting;
    if (draw !== undefined) {
      waiting.delete(draw);
      draw();
    }
    schedule();
  };
  return {
    take(draw) {
      waiting.add(draw);
      schedule();
      return () => {
        waiting.delete(draw);
      };
    },
    stop() {
      waiting.clear();
      if (handle !== undefined) frames.cancel(handle);
      handle = undefined;
    },
  };
}
