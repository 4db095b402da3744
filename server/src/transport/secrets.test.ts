import { expect, test } from 'vitest';
import { Secrets, sameText } from './secrets.ts';

const secrets = new Secrets(Buffer.from('hub-key'));

test('a token says its role and id, and only the hub that made it takes it for genuine', () => {
  const token = secrets.secretOf('t1abc', 'agent');
  expect(token).toMatch(/^sb_agent_t1abc_[A-Za-z0-9_-]{43}_[0-9a-f]{8}$/);
  expect(secrets.parseToken(token)).toEqual({ kind: 'genuine', tokenId: 't1abc', role: 'agent' });
  expect(new Secrets(Buffer.from('other-key')).parseToken(token)).toEqual({ kind: 'foreign' });
});

test('a typing error anywhere is found by the checksum', () => {
  const token = secrets.secretOf('t1abc', 'admin');
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'x' ? 'y' : 'x';
    const { kind } = secrets.parseToken(token.slice(0, at) + other + token.slice(at + 1));
    expect(kind).toMatch(/^(mistyped|unknown)$/);
  }
  for (let length = 0; length < token.length; length++)
    expect(secrets.parseToken(token.slice(0, length)).kind).toMatch(/^(mistyped|unknown)$/);
});

test('a link code is of one link', () => {
  const code = secrets.linkCode('l1');
  expect(secrets.linkIdOf(code)).toBe('l1');
  expect(secrets.linkIdOf(code.replace('l1', 'l2'))).toBeUndefined();
  expect(secrets.linkIdOf(`${code}x`)).toBeUndefined();
  // A token does not open a session, nor a link code a door.
  expect(secrets.linkIdOf(`t1.${secrets.secretOf('t1', 'admin').split('_').at(-2)}`)).toBeUndefined();
});

test('texts of different lengths are different', () => {
  expect(sameText('abc', 'abc')).toBe(true);
  expect(sameText('abc', 'abcd')).toBe(false);
  expect(sameText('', 'a')).toBe(false);
});
