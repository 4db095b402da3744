import { nothingJudged } from './judge.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { checkAgain, run } from './run.ts';

let options: Options;
try {
  options = parseOptions(process.argv.slice(2), process.env);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}
try {
  const outcome = options.check === undefined ? await run(options) : await checkAgain(options.check);
  for (const line of outcome.text) console.error(line);
  if (options.json) console.log(JSON.stringify(outcome.figures));
  process.exit(outcome.figures.violations === 0 && !outcome.figures.invalid ? 0 : 1);
} catch (error) {
  console.error(`  INVALID: ${error instanceof Error ? error.message : String(error)}`);
  if (options.json) console.log(JSON.stringify(nothingJudged(options.seed)));
  process.exit(1);
}
