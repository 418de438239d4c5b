import { connect } from 'node:net';
import { until } from '../program/until.ts';
import type { ServerProcess } from './server-process.ts';

/**
 * Resolves when something takes connections on a port of loopback.
 * @throws Error with the end of its log when the process ends before, or time is up
 */
export async function untilListening(name: string, process: ServerProcess, port: number): Promise<void> {
  await until(async () => {
    if (!process.isRunning) throw new Error(`${name} ${process.ending}:\n${await process.lastWords()}`);
    return await listens(port);
  });
}

async function listens(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
