import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Children } from './machine/children.ts';
import { findCores } from './machine/cores.ts';
import { jsonLine } from './report/figure.ts';
import { tableHead, tableLines } from './report/table.ts';
import { ROWS } from './rows/rows.ts';

const args = process.argv.slice(2);
const json = args.includes('--json');
const wanted = args.filter((arg) => arg !== '--json').map((name) => name.toUpperCase());
const unknown = wanted.filter((name) => ROWS.every(({ id }) => id !== name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. Choose from:`);
  for (const { id, about } of ROWS) console.error(`  ${id.padEnd(5)}${about}`);
  process.exit(2);
}

const children = new Children();
const root = await mkdtemp(join(tmpdir(), 'sbb-'));
const cleanUp = async (): Promise<void> => {
  await children.endAll();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
};
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    interrupted = true;
    void cleanUp().finally(() => process.exit(130));
  });

const say = (text: string): void => console.error(`  ${text}`);
try {
  const cores = await findCores();
  say(cores.text);
  if (!json) console.log(tableHead());
  for (const { id, about, run } of ROWS.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
    console.error(`${id}: ${about}`);
    const folder = await mkdtemp(join(root, `${id}-`));
    for (const figure of await run({ children, cores, folder, say }))
      console.log(json ? jsonLine(figure) : tableLines(figure));
    await rm(folder, { recursive: true, force: true });
  }
} catch (error) {
  // What is interrupted fails in its own way.
  if (!interrupted) console.error(error);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
