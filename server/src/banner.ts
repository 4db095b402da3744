import { relative } from 'node:path';

/** What `npm start` ends with: where everything is. */
export function banner(at: {
  version: string;
  url: string;
  link: string;
  dataDir: string;
  redis: string;
  readyMs: number;
}): string {
  const dataDir = relative(process.cwd(), at.dataDir);
  const shown = dataDir.startsWith('..') ? at.dataDir : `./${dataDir}`;
  return [
    `${`Signalbox ${at.version}`.padEnd(60)}ready in ${(at.readyMs / 1_000).toFixed(1)} s`,
    `  Control room   ${at.link}  (works once, 15 min; another: npx signalbox open)`,
    `  Connect        npm i ${at.url}/dl/signalbox.tgz    or tell your agent to read ${at.url}/agent.md`,
    '  See it work    npx signalbox demo ~/some/repository',
    `  Data           ${shown} · ${at.redis}`,
    'Ctrl-C stops everything and loses nothing.',
  ].join('\n');
}
