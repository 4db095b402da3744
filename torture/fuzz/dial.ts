import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A connection to the hub on which any bytes can be sent; `from` another address of this machine than the usual one. */
export function dial({ protocol, hostname, port }: URL, from?: string): Promise<Socket> {
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const secure = protocol === 'https:';
    const at = { host, port: Number(port || (secure ? 443 : 80)), ...(from !== undefined && { localAddress: from }) };
    const socket: Socket = secure ? connectTls({ ...at, servername: host }) : connectTcp(at);
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      // What becomes of it is told by its end.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}
