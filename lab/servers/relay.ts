import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `bun relay.ts SOCKET PORT`: listens on a socket of the file system and passes each connection on to a port of
 * loopback. In a network namespace of its own it is the only way in.
 */
if (import.meta.main) {
  const [path = '', port = ''] = process.argv.slice(2);
  // Left by one that was killed.
  rmSync(path, { force: true });
  relay(() => connect(Number(port), '127.0.0.1')).listen(path);
}

/** A server that joins each of its connections with one of `open`. What ends one ends the other. */
export function relay(open: () => Socket): Server {
  return createServer({ allowHalfOpen: true }, (outer) => {
    const inner = open();
    join(outer, inner);
    join(inner, outer);
  });
}

function join(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}
