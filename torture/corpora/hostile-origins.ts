/** Values of `Host` that name no hub reached at `own` (address:port), whatever a resolver or a browser may make of them. */
export function hostileHosts(own: string): string[] {
  const { hostname: name, port } = new URL(`http://${own}`);
  const next = String(Number(port) + 1);
  return [
    ...[
      '',
      ' ',
      'evil.example',
      `evil.example:${port}`,
      'localhost',
      name,
      `${name}:${next}`,
      `localhost:${next}`,
      `localhost:0`,
      `${name}:`,
    ],
    ...[
      `localhost.evil:${port}`,
      `localhost.evil.example:${port}`,
      `${name}.evil.example:${port}`,
      `${own}.evil.example`,
      `evil.${own}`,
    ],
    ...[
      `localhost.:${port}`,
      `LOCALHOST.:${port}`,
      `127.0.0.1.:${port}`,
      `user@${own}`,
      `user:${own}@evil.example`,
      `${own}@evil.example`,
      `${own}, evil.example`,
      `evil.example, ${own}`,
    ],
    ...[
      `127.1:${port}`,
      `2130706433:${port}`,
      `0x7f000001:${port}`,
      `0177.0.0.1:${port}`,
      `127.0.0.2:${port}`,
      `0.0.0.0:${port}`,
      `192.168.1.7:${port}`,
    ],
    ...[
      `[::]:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      `[0:0:0:0:0:0:0:1]:${port}`,
      `[::1%25lo]:${port}`,
      `::1:${port}`,
      `[::1]${port}`,
      `[::1]:${port}.evil`,
    ],
    ...[
      `${own}/`,
      `${own}#`,
      `${own}?`,
      `${own}\\@evil.example`,
      `loc%61lhost:${port}`,
      `lоcalhost:${port}`,
      `xn--lcalhost-5zg:${port}`,
      `${name}:${port}x`,
      `${name}:-${port}`,
      `localhost\t:${port}`,
    ],
  ];
}

/** Values of `Origin` that are no page of the hub reached at `own`. */
export function hostileOrigins(own: string): string[] {
  const { hostname: name, port } = new URL(`http://${own}`);
  return [
    ...[
      'null',
      '',
      'NULL',
      '*',
      'http://evil.example',
      `http://evil.example:${port}`,
      `https://${own}`,
      `ws://${own}`,
      `//${own}`,
      own,
    ],
    ...[
      `http://${name}`,
      `http://${name}:${Number(port) + 1}`,
      `http://${own}.evil.example`,
      `http://evil.${own}`,
      `http://${name}.evil.example:${port}`,
      `http://localhost.evil:${port}`,
    ],
    ...[
      `http://user@${own}`,
      `http://${own}@evil.example`,
      `http://${own}/`,
      `http://${own}/path`,
      `http://${own}#`,
      `http://${own}\\.evil.example`,
      `http://${own}.`,
      `http://${name}.:${port}`,
    ],
    ...[
      `http://0.0.0.0:${port}`,
      `http://[::]:${port}`,
      `http://[::ffff:127.0.0.1]:${port}`,
      `http://2130706433:${port}`,
      `http://127.1:${port}`,
      `http://127.0.0.2:${port}`,
    ],
    ...[
      `http://${own} http://evil.example`,
      `http://evil.example, http://${own}`,
      `http://${own}, http://evil.example`,
      'file://',
      'about:blank',
      'data:text/html,x',
      'chrome-extension://abc',
      `blob:http://${own}/x`,
      `http://lоcalhost:${port}`,
    ],
  ];
}
