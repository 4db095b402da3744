import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onBareMachine, whyNoBareMachine } from './machine.ts';

const MINUTES_3 = 180_000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bare-'));
});

afterAll(() => {
  rmdirSync(folder);
});

const reason = whyNoBareMachine();
const title = `Python on a machine without python-socketio${reason === undefined ? '' : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  test('root gets it from the system, pip has nothing left to fetch, and it is found again', {
    timeout: MINUTES_3,
  }, async () => {
    const remove = 'dpkg --purge --force-depends python3-socketio python3-engineio python3-bidict >/dev/null 2>&1';
    const provide = 'node e2e/docs/provide-python.mjs';
    const { code, lines, stderr } = await onBareMachine({
      folder,
      user: 'root',
      timeoutMs: MINUTES_3,
      script: `${remove}; python=$(${provide}) && $python -m pip install --no-index "python-socketio[client]" && ${provide}`,
    });
    expect(stderr).toContain('apt-get install python3-socketio');
    expect(lines.at(-1)).toMatch(/\/\.cache\/signalbox\/python\/bin\/python$/);
    // The second time nothing was said: it was there.
    expect(stderr.match(/apt-get install python3-socketio/g)).toHaveLength(1);
    expect(code).toBe(0);
  });

  test('where nothing may be installed it says what to install', { timeout: MINUTES_3 }, async () => {
    const { code, stderr } = await onBareMachine({
      folder,
      user: 'nobody',
      timeoutMs: MINUTES_3,
      env: { SIGNALBOX_NO_INSTALL: '1' },
      script: 'node e2e/docs/provide-python.mjs',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('apt-get install -y python3-venv python3-socketio');
  });
});
