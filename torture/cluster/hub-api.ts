import { z } from 'zod';

const answer = z.looseObject({
  ok: z.boolean(),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
});
const ANSWERS_WITHIN_MS = 15_000;

/** One command of the owner; throws what it is refused. */
export type Ask = (command: string, input: object) => Promise<z.infer<typeof answer>>;

/** Over HTTP, at whichever hub answers first. */
export function hubApi(urls: () => readonly string[], { token, project }: { token: string; project: string }): Ask {
  const tryAt = async (url: string, command: string, input: object): Promise<z.infer<typeof answer>> => {
    const response = await fetch(`${url}/api/v1/projects/${project}/${command}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    return answer.parse(await response.json());
  };
  return async (command, input) => {
    const [url = ''] = urls();
    const said = await tryAt(url, command, input);
    if (!said.ok) throw new Error(`${command} was refused: ${said.error?.code} ${said.error?.message}`);
    return said;
  };
}
