import { createServer, type Server } from 'node:net';
import { codeOf } from '../../src/base/plugin-error.ts';

/**
 * Below the range that the kernel takes ports from by itself (32768 and up): while a server is down between its death
 * and its restart, no outgoing connection can take its port.
 */
const lowest = 20_000;
const highest = 32_000;

/** Ports of 127.0.0.1 that were free a moment ago; all different. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners: Server[] = [];
  const ports: number[] = [];
  while (ports.length < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const listener = await listenOn(port);
    if (listener === undefined) continue;
    listeners.push(listener);
    ports.push(port);
  }
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}

/** @returns nothing if the port is taken */
async function listenOn(port: number): Promise<Server | undefined> {
  const listener = createServer();
  return await new Promise((resolve, reject) => {
    listener.once('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    listener.listen(port, '127.0.0.1', () => resolve(listener));
  });
}
