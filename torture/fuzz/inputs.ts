import type { Random } from '../random.ts';
import { jsonOf, mutate } from './mutate.ts';
import type { Published, PublishedCommand } from './published.ts';
import { madeOf } from './value.ts';

/** It would end the run, also cut short to nothing: of the project it is sent in. */
const NEVER = 'project.remove';
const AS_IT_SHOULD_BE = 0.15;
const MAX_WRONG = 3;
/** What is larger ends its connection, which is tried elsewhere. */
const MAX_CHARACTERS = 300_000;

/** Inputs for the commands of a hub: good ones, and good ones with one to three things wrong. */
export class Inputs {
  readonly #published: Published;
  readonly #chosen = new Map<string, readonly PublishedCommand[]>();

  constructor(published: Published) {
    this.#published = published;
  }

  /** Any command; `on` only those a namespace takes, or `GET`. */
  command(random: Random, on = ''): PublishedCommand {
    const known = this.#chosen.get(on);
    const commands =
      known ??
      this.#published.commands.filter(
        ({ name, byGet, namespaces }) =>
          name !== NEVER && (on === '' || (on === 'GET' ? byGet : namespaces.includes(on))),
      );
    if (known === undefined) this.#chosen.set(on, commands);
    return random.pick(commands);
  }

  /** As a value, before anything is wrong with it. */
  good({ input, examples }: PublishedCommand, random: Random): unknown {
    return examples.length > 0 && random.chance(0.5) ? random.pick(examples) : madeOf(input, this.#published, random);
  }

  /** As JSON text, always well-formed. */
  text(command: PublishedCommand, random: Random): string {
    let value = this.good(command, random);
    if (!random.chance(AS_IT_SHOULD_BE))
      for (let wrong = 1 + random.below(MAX_WRONG); wrong > 0; wrong--) value = mutate(value, random);
    const text = jsonOf(value);
    return text.length <= MAX_CHARACTERS ? text : '{}';
  }
}
