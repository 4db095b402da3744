import { readdir, readFile, readlink } from 'node:fs/promises';

/** Of a line of /proc/net/tcp, as proc(5) has it: `tx_queue:rx_queue` in hexadecimal, and the inode of the socket. */
const QUEUES = 4;
const INODE = 9;

/** What the kernel holds for each TCP connection of a process that the process has not read: bytes, by inode. */
export async function unreadBytes(pid: number): Promise<Map<string, number>> {
  const own = new Set(await socketsOf(pid));
  const unread = new Map<string, number>();
  for (const table of ['tcp', 'tcp6']) {
    const text = await readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      const inode = columns[INODE];
      if (inode === undefined || !own.has(inode)) continue;
      unread.set(inode, Number.parseInt(columns[QUEUES]?.split(':')[1] ?? '0', 16));
    }
  }
  return unread;
}

/** The inodes of its sockets of every kind. */
async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}
