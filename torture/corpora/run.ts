import type { CorpusOptions, CorpusResult } from './cast.ts';
import { checkHosts } from './check-hosts.ts';
import { checkPaths } from './check-paths.ts';
import { checkSenders } from './check-senders.ts';
import { checkText } from './check-text.ts';

export { MARK } from './hostile-text.ts';

const CHECKS = { paths: checkPaths, text: checkText, senders: checkSenders, hosts: checkHosts } as const;
export type Corpus = keyof typeof CHECKS;

/** One of the corpora against a running hub: nothing of it may pass. */
export const runCorpus = (corpus: Corpus, options: CorpusOptions): Promise<CorpusResult> => CHECKS[corpus](options);
