import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface Call {
  path: string;
  input: unknown;
  headers: IncomingMessage['headers'];
}

/** An HTTP face whose answers the test decides. */
export async function fakeHub(answer: (path: string, input: unknown) => { status?: number; body: object }) {
  const calls: Call[] = [];
  const answered = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const path = request.url ?? '';
    const input: unknown = text === '' ? {} : JSON.parse(text);
    calls.push({ path, input, headers: request.headers });
    const { status = 200, body } = answer(path, input);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void answered(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { calls, url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

/** A terminal that remembers what was printed. */
export function terminal(env: Record<string, string>, cwd = '/') {
  const out: string[] = [];
  const err: string[] = [];
  return {
    io: { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line), env, cwd },
    out,
    err,
  };
}
