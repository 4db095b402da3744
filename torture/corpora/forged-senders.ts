/** Fields that would say who somebody is, if any field could. */
export const IDENTITY_FIELDS = [
  'from',
  'actor',
  'agentId',
  'sender',
  'by',
  'role',
  'as',
  'caller',
  'principal',
  'user',
  'author',
  'connection',
  'tokenId',
  'token',
  'instance',
  'node',
  'via',
] as const;
export const IDENTITIES = [
  'alice',
  'human:owner',
  'hub',
  'people',
  'all',
  'admin',
  'operator',
  'role:coordinator',
  1,
  null,
  { kind: 'person', name: 'owner', role: 'admin' },
] as const;

/** Ids that are addresses, people, roles or nothing at all. */
export const IDS_OF_NOBODY = [
  ...[
    'hub',
    'all',
    'people',
    'human:owner',
    'human:x',
    'human:',
    'role:coordinator',
    'capability:x',
    '_hub',
    '-x',
    '.x',
    '',
  ],
  ...[
    'alice ',
    ' alice',
    'alice\n',
    'alice\u0000',
    'аlice',
    'alicе',
    'alice\u200b',
    '\u202ealice',
    'ａlice',
    'alice/../bob',
    'alice:bob',
    'alice,bob',
    'alice@x',
    'a'.repeat(65),
  ],
] as const;

const OTHER_ROLES = ['viewer', 'agent', 'operator', 'admin'];

/** Everything that is nearly this token: each byte another one, more, less, another role. */
export function tampered(token: string): string[] {
  const swapped = [...token].map((letter, at) => {
    // Neighbours in the alphabet of base64 differ in their lowest bit alone, which the last letter of a secret may not use.
    const other = letter === 'A' ? 'B' : String.fromCharCode(letter.charCodeAt(0) ^ 1);
    return token.slice(0, at) + (/[\w-]/.test(other) ? other : 'x') + token.slice(at + 1);
  });
  const cased = [...token].map((letter, at) => {
    const other = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
    return token.slice(0, at) + other + token.slice(at + 1);
  });
  const cut = [...token].map((_, at) => token.slice(0, at));
  const roles = OTHER_ROLES.map((role) => token.replace(/^sb_[a-z]+_/, `sb_${role}_`));
  const around = [
    `${token}x`,
    `${token}=`,
    `${token}%00`,
    `x${token}`,
    `${token},${token}`,
    `"${token}"`,
    `${token}_`,
    `${token}.${token}`,
    token.replaceAll('_', '-'),
    token.replaceAll('-', '+'),
  ];
  return [...new Set([...swapped, ...cased, ...cut, ...roles, ...around])].filter(
    (other) => other !== token && other.trim() !== '',
  );
}
