const COUNT_AFTER_MS = 5_000;
const PLAIN_EVERY_MS = 10_000;
const TITLE_WIDTH = 12;
const TEXT_WIDTH = 62;

/**
 * Runs one phase of a script and prints one line with its time. `work` gets a function to say what it is
 * about to do (and where); what it resolves with is the phase's line.
 */
export async function phase(title, work, out = process.stdout) {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const progress = showProgress(title, elapsedMs, out);
  try {
    const summary = await work(progress.say);
    progress.end();
    out.write(`${line(title, summary).padEnd(TITLE_WIDTH + TEXT_WIDTH)} ${seconds(elapsedMs(), 1)}\n`);
  } catch (error) {
    progress.end();
    throw error;
  }
}

/** On a terminal the line is rewritten and counts; in a log it is printed once, and then now and again. */
function showProgress(title, elapsedMs, out) {
  let doing = 'working';
  let lastPlainMs = 0;
  const rewrite = () => {
    const count = elapsedMs() >= COUNT_AFTER_MS ? ` ${seconds(elapsedMs(), 0)}` : '';
    const text = `${line(title, doing)} …${count}`;
    out.write(`\r\x1b[K${text.slice(0, Math.max(20, (out.columns || 80) - 1))}`);
  };
  const timer = setInterval(() => {
    if (out.isTTY) return rewrite();
    if (elapsedMs() - lastPlainMs < PLAIN_EVERY_MS) return;
    lastPlainMs = elapsedMs();
    out.write(`${line(title, doing)} … ${seconds(elapsedMs(), 0)}\n`);
  }, 500);
  return {
    say(text) {
      doing = text;
      if (out.isTTY) rewrite();
      else out.write(`${line(title, text)} …\n`);
    },
    end() {
      clearInterval(timer);
      if (out.isTTY) out.write('\r\x1b[K');
    },
  };
}

const line = (title, text) => `  ${title.padEnd(TITLE_WIDTH)}${text}`;
const seconds = (ms, digits) => `${(ms / 1000).toFixed(digits)} s`;
