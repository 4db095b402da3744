import { z } from 'zod';

const made = z.looseObject({ token: z.string(), tokenId: z.string() });
const ROLES = ['viewer', 'agent', 'operator', 'admin'] as const;
type Role = (typeof ROLES)[number];

export interface StageOptions {
  url: string;
  /** Of an admin of the whole hub. */
  token: string;
  /** Must not exist yet: everything in it is removed at the end. */
  project: string;
}

/** What a run needs on the hub and takes away again: simulated projects, and tokens that are good for nothing else. */
export class Stage {
  readonly project: string;
  readonly witnessProject: string;
  readonly tokens: Record<Role, string> = { viewer: '', agent: '', operator: '', admin: '' };
  witnessToken = '';
  readonly #options: StageOptions;
  readonly #tokenIds: string[] = [];

  constructor(options: StageOptions) {
    this.#options = options;
    this.project = options.project;
    this.witnessProject = `${options.project}-witness`;
  }

  async build(): Promise<void> {
    for (const id of [this.project, this.witnessProject])
      await this.call(id, 'project.create', { id, simulated: true });
    for (const role of ROLES) this.tokens[role] = await this.#makeToken(role, this.project);
    this.witnessToken = await this.#makeToken('agent', this.witnessProject);
  }

  async clear(): Promise<void> {
    for (const tokenId of this.#tokenIds) await this.call('_hub', 'token.revoke', { tokenId });
    for (const id of [this.project, this.witnessProject]) await this.call(id, 'project.remove', {});
  }

  /** A command as the owner; throws when it is refused. */
  async call(
    project: string,
    command: string,
    input: object,
    headers: Record<string, string> = {},
  ): Promise<Record<string, unknown>> {
    const answer = await fetch(new URL(`/api/v1/projects/${project}/${command}`, this.#options.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#options.token}`, ...headers },
      body: JSON.stringify(input),
    });
    const body = z.looseObject({ ok: z.boolean() }).parse(await answer.json());
    if (!body.ok) throw new Error(`${command} in ${project}: ${JSON.stringify(body)}`);
    return body;
  }

  async #makeToken(role: Role, project: string): Promise<string> {
    const { token, tokenId } = made.parse(
      await this.call(project, 'token.create', { role, name: `fuzz ${role}`, project }),
    );
    this.#tokenIds.push(tokenId);
    return token;
  }
}
