import { expect, test } from 'vitest';
import { Random } from '../random.ts';
import { Inputs } from './inputs.ts';
import type { Published } from './published.ts';
import { Verdicts } from './verdicts.ts';

const published: Published = {
  commands: [
    {
      name: 'task.create',
      input: {
        type: 'object',
        properties: { title: { type: 'string' }, priority: { type: 'integer' } },
        required: ['title'],
      },
      examples: [{ title: 'Add login' }],
      byGet: false,
      namespaces: ['/agent'],
    },
  ],
  schemas: {},
  codes: new Set(['BAD_INPUT', 'INTERNAL']),
  statuses: new Set([400, 500]),
};
const refusal = (code: string, message = 'title: it is missing.'): string =>
  JSON.stringify({ ok: false, error: { code, message } });

test('what is documented is no finding', () => {
  const verdicts = new Verdicts(published);
  expect(verdicts.answer('{"ok":true,"epoch":1,"seq":2}', '')).toBe('ok');
  expect(verdicts.answer(refusal('BAD_INPUT'), '')).toBe('BAD_INPUT');
  verdicts.response({ status: 400, type: 'application/json; charset=utf-8', body: refusal('BAD_INPUT') }, 'POST / ');
  verdicts.response({ status: 200, type: 'text/html', body: '<html>' }, 'GET / ');
  expect(verdicts.found).toBe(0);
});

test.each([
  ['a success without its place', '{"ok":true}'],
  ['no JSON', 'Internal Server Error'],
  ['another shape', '{"error":"x"}'],
  ['no sentence', refusal('BAD_INPUT', '')],
  ['a code of nobody', refusal('ODD')],
  ['a failure of the hub', refusal('INTERNAL')],
  ['a stack', refusal('BAD_INPUT', 'TypeError: x\n    at f (file:///x.js:1:2)')],
])('%s is a finding', (_what, text) => {
  const verdicts = new Verdicts(published);
  verdicts.answer(text, 'sent');
  expect(verdicts.findings).toMatchObject([{ sent: 'sent', got: text }]);
});

test.each([
  ['a failure', 500, 'application/json', refusal('BAD_INPUT')],
  ['a page', 400, 'text/html', '<html>'],
  ['nothing', 400, '', ''],
  ['a status of nobody', 418, 'application/json', refusal('BAD_INPUT')],
])('%s over HTTP is a finding', (_what, status, type, body) => {
  const verdicts = new Verdicts(published);
  verdicts.response({ status, type, body }, 'POST /api/v1/x ');
  expect(verdicts.found).toBe(1);
});

test('the same seed sends the same, another one something else', () => {
  const sent = (seed: number): string[] => {
    const [random, inputs] = [new Random(seed), new Inputs(published)];
    return Array.from({ length: 200 }, () => inputs.text(inputs.command(random), random));
  };
  expect(sent(1)).toEqual(sent(1));
  expect(sent(1)).not.toEqual(sent(2));
  expect(new Set(sent(1)).size).toBeGreaterThan(100);
  for (const text of sent(1)) expect(() => JSON.parse(text)).not.toThrow();
});
