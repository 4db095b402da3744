import type { Children } from '../machine/children.ts';
import type { Cores } from '../machine/cores.ts';
import type { Figure } from '../report/figure.ts';

/** What a row has to work with. */
export interface Stage {
  children: Children;
  cores: Cores;
  /** An empty folder of this row, removed afterwards. Its path is short, for unix sockets. */
  folder: string;
  /** For people who wait. */
  say(text: string): void;
}

export interface Row {
  id: string;
  about: string;
  run(stage: Stage): Promise<Figure[]>;
}
