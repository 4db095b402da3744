import { describe, expect, test } from 'vitest';
import { LANGUAGES, snippetsFor } from './snippets.ts';

const facts = {
  url: 'http://127.0.0.1:3334',
  project: 'acme-api',
  agentId: 'agent-1',
  role: 'speed_developer',
  token: 'sbx_secret',
};

describe.each(LANGUAGES)('the %s snippet', (language) => {
  const { code } = snippetsFor(facts)[language];

  test('is filled in with the address, the project, the agent and the token', () => {
    for (const fact of Object.values(facts)) expect(code).toContain(fact);
  });

  test('handles a refusal, heartbeats and directives', () => {
    expect(code).toMatch(/refus/i);
    expect(code).toMatch(/heartbeat/i);
    expect(code).toMatch(/directive/i);
  });

  test('has no token of its own', () => {
    expect(snippetsFor({ ...facts, token: null })[language].code).not.toContain('sbx_secret');
  });
});

test('the package comes from the hub itself', () => {
  expect(snippetsFor(facts).typescript.install).toBe('npm i http://127.0.0.1:3334/dl/signalbox.tgz');
});
