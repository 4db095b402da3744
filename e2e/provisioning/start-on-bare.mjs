// What a stranger does with a fresh clone: starts it, stops it, starts it again, kills it, starts it again.
// Run in the folder of the clone; prints what came of it as JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

const PID_FILE = '.signalbox/redis.pid';

/** Starts the product as its user does and resolves when it says that it is ready. */
async function start() {
  const child = spawn('npm', ['start', '--', '--port', '0'], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let output = '';
  await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      if (output.includes('Ctrl-C stops everything')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', () => reject(new Error(`it ended before it was ready:\n${output}`)));
  });
  return { group: child.pid, ended, output: () => output, redis: Number(readFileSync(PID_FILE, 'utf8')) };
}

/** The hub itself, somewhere below npm. */
function hubOf(pid) {
  if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('scripts/start.mjs')) return pid;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.map(Number).map(hubOf).find(Boolean);
}

const isRunning = (pid) => existsSync(`/proc/${pid}/cwd`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';

const first = await start();
process.kill(-first.group, 'SIGINT');
await first.ended;
const afterCtrlC = { redisRuns: isRunning(first.redis), pidFile: existsSync(PID_FILE) };

const second = await start();
process.kill(hubOf(second.group), 'SIGKILL');
await second.ended;
const afterKill = { redisRuns: isRunning(second.redis) };

const third = await start();
process.kill(-third.group, 'SIGTERM');
await third.ended;

console.log(
  JSON.stringify({
    first: first.output(),
    second: second.output(),
    third: third.output(),
    afterCtrlC,
    afterKill,
    adopted: third.redis === second.redis,
    atTheEnd: { redisRuns: isRunning(third.redis), pidFile: existsSync(PID_FILE) },
  }),
);
