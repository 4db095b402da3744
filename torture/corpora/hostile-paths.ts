/** The file that alice holds while all others are tried. */
export const PLAIN = 'src/auth/login.ts';

/** What is no path of a project at all. */
export const REFUSED: readonly string[] = [
  ...[
    '',
    '/',
    '/etc/passwd',
    '//server/share',
    `/${PLAIN}`,
    'C:/x',
    'c:x',
    'Z:',
    '\\\\server\\share',
    'src\\auth\\login.ts',
    'src/auth\\login.ts',
  ],
  ...[
    '..',
    '../x',
    'src/../../x',
    'src/..',
    './..',
    'a/../src/auth/login.ts',
    'src/auth/../auth/login.ts',
    '../main/src/auth/login.ts',
    '**/..',
    '../**',
  ],
  ...[
    `${PLAIN}\u0000`,
    `${PLAIN}\u0000.png`,
    'src\u0000/x',
    `\u0000${PLAIN}`,
    `${PLAIN}\n`,
    `${PLAIN}\r`,
    '\t',
    'src/\u001b[2J',
    'a\u007fb',
  ],
  ...['x'.repeat(513), 'é'.repeat(257), 'a/'.repeat(300), '😀'.repeat(129)],
  ...['src**/x', 'src/***', '**x', 'a/x**y/b', '****', '**.ts'],
];

/** Other ways to write it: each is the same file, and so is held. */
export const SAME: readonly string[] = [
  ...[
    './src/auth/login.ts',
    'src//auth/login.ts',
    'src/./auth/./login.ts',
    './/./src/auth//login.ts',
    'src/auth/login.ts',
  ],
  ...[
    'src/auth/**',
    'src/auth/',
    'src/',
    '.',
    './',
    '**',
    'src/*/login.ts',
    'src/auth/login.t?',
    '**/login.ts',
    '*/*/*',
    'src/**/login.ts',
    '**/**/login.ts',
  ],
  ...['s*c/a*h/l*n.ts', '???/????/?????.ts', `${'**/'.repeat(100)}login.ts`],
];

/** The name of one file with a sign that Unicode can write in two ways, and the other way. */
export const COMPOSED = ['docs/café.md', 'docs/cafe\u0301.md'] as const;

/** Look like it and are other files, for the hub as for the disk: granted under exactly their own name, or refused. */
export const OTHERS: readonly string[] = [
  ...[
    'SRC/auth/login.ts',
    'src/auth/LOGIN.TS',
    'src/auth/login.ts.',
    'src/auth/login.ts ',
    ' src/auth/login.ts',
    'src /auth/login.ts',
    'src./auth/login.ts',
  ],
  ...[
    'src%2fauth%2flogin.ts',
    'src/%2e%2e/x',
    '%2e%2e%2fsrc/auth/login.ts',
    'src/auth/login.ts%00',
    'src/auth/login%2ets',
    '%2fetc%2fpasswd',
    'file:src',
    '~/.ssh/id',
    '$HOME/x',
  ],
  ...[
    'src／auth／login.ts',
    'src∕auth∕login.ts',
    'src/auth/login․ts',
    '．．/src/auth/login.ts',
    'src⁄auth⁄login.ts',
    '‥/x',
    '…/x',
  ],
  ...[
    'ѕrс/auth/login.ts',
    'src/auth/lоgin.ts',
    'src/auth/login.ts\u200b',
    '\u202esrc/auth/login.ts',
    'src/auth/\u2066login.ts\u2069',
    '\ufeffsrc/auth/login.ts',
    'src/auth/login\u00ad.ts',
    'src/\u0085auth',
    'src/\u2028auth',
  ],
  ...[
    'src/auth/login.ts/x',
    'src/auth/.login.ts',
    'src/auth/login.ts~',
    'src/auth/login.ts:stream',
    'CON',
    'nul.txt',
    'src/auth/...',
    '.../x',
    '. ./x',
  ],
  ...[
    '__proto__',
    'constructor/prototype',
    'toString',
    'src/auth/\ufffdlogin.ts',
    '[a-z]/{b,c}',
    'src/auth/(login).ts',
  ],
];

/** Near the most that an agent may have of them. */
const MOST = 40;

/** Patterns that take long to compare for whoever tries every way to read them. */
export const BOMBS: readonly string[] = Array.from({ length: MOST }, (_, n) => `${'*a'.repeat(240)}${n}`);
export const OTHER_BOMBS: readonly string[] = Array.from({ length: MOST }, (_, n) => `${'*a'.repeat(240)}b${n}x`);
