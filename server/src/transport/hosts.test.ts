import { expect, test } from 'vitest';
import { createHostRule } from './hosts.ts';

const rule = createHostRule({ host: '127.0.0.1', port: () => 3334, behindTlsProxy: false });

test.each(['127.0.0.1:3334', 'localhost:3334', 'LOCALHOST:3334', '[::1]:3334'])('%s is a name of this hub', (host) => {
  expect(rule.allows(host)).toBe(true);
  expect(rule.isOwnOrigin(`http://${host}`, host)).toBe(true);
});

test.each([
  undefined,
  '',
  'localhost',
  '127.0.0.1',
  '127.0.0.1:3335',
  'evil.example:3334',
  'localhost.evil.example:3334',
  '127.0.0.1.evil.example:3334',
  'localhost:3334@evil.example',
  'localhost:3334, evil.example',
  'user@localhost:3334',
  '0.0.0.0:3334',
  '192.168.1.7:3334',
  'localhost:03334x',
  'localhost:3334/',
  ' localhost:3334',
])('%s is not', (host) => expect(rule.allows(host)).toBe(false));

test.each([
  'null',
  '',
  'http://evil.example',
  'http://localhost:3335',
  'https://localhost:3334',
  'http://127.0.0.1:3334',
  'http://localhost:3334.evil.example',
  'http://localhost:3334/',
  'file://',
  'http://localhost:3334 http://evil.example',
  'chrome-extension://abc',
])('a page from %s is not our page', (origin) => expect(rule.isOwnOrigin(origin, 'localhost:3334')).toBe(false));

test('port 80 is left out of Host by browsers', () => {
  const onPort80 = createHostRule({ host: '127.0.0.1', port: () => 80, behindTlsProxy: false });
  expect(onPort80.allows('localhost')).toBe(true);
  expect(onPort80.allows('evil.example')).toBe(false);
});

test('the configured address is a name, too, in any spelling', () => {
  expect(createHostRule({ host: '::1', port: () => 1, behindTlsProxy: false }).allows('[::1]:1')).toBe(true);
  expect(createHostRule({ host: 'Box.Local', port: () => 1, behindTlsProxy: false }).allows('box.local:1')).toBe(true);
});

test('behind a proxy the public name is the proxy’s affair; the page still has to be of that name', () => {
  const proxied = createHostRule({ host: '0.0.0.0', port: () => 3334, behindTlsProxy: true });
  expect(proxied.allows('hub.example')).toBe(true);
  expect(proxied.isOwnOrigin('https://hub.example', 'hub.example')).toBe(true);
  expect(proxied.isOwnOrigin('https://evil.example', 'hub.example')).toBe(false);
  expect(proxied.allows('hub example')).toBe(false);
});
