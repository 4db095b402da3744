import { readFile } from 'node:fs/promises';
import { register } from 'node:module';

// The built hub with mechanisms taken out of its text as it is loaded: SIGNALBOX_TEST_PATCHES is a list of { file, find,
// replace }. The product has no switch for it. A patch that is not exactly one change ends the process.
const patches = JSON.parse(process.env.SIGNALBOX_TEST_PATCHES ?? '[]');
const dist = new URL('../../server/dist/', import.meta.url).href;
const texts = {};
for (const { file, find, replace } of patches) {
  const url = dist + file;
  texts[url] ??= await readFile(new URL(url), 'utf8');
  if (texts[url].split(find).length !== 2) throw new Error(`${file} does not say exactly once: ${find}`);
  texts[url] = texts[url].replace(find, () => replace);
}
const hooks = `let texts;
export const initialize = (given) => { texts = given; };
export const load = (url, context, next) =>
  texts[url] === undefined ? next(url, context) : { format: 'module', source: texts[url], shortCircuit: true };`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: texts });
const { main } = await import('../../server/dist/main.js');
process.exit(await main(process.argv.slice(2), process.env));
