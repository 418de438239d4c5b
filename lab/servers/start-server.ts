import type { RunningServer, ServerAccess } from './server.ts';
import { ServerPlace } from './server-place.ts';
import type { ServerProcess } from './server-process.ts';
import { untilWritable } from './until-writable.ts';

/** A server that is ready to be started. */
export interface PreparedServer {
  /** The process that speaks S3. */
  readonly process: ServerProcess;
  readonly access: ServerAccess;
  /** Makes keys and users when the process has been started for the first time. @returns the access with them */
  readonly furnish?: () => Promise<ServerAccess>;
}

/**
 * Starts a server and waits until it can be written to.
 * @param prepare writes its files, and starts what it needs beside the process that speaks S3
 * @throws Error with the end of its log
 */
export async function startServer(
  name: string,
  prepare: (place: ServerPlace) => Promise<PreparedServer>,
): Promise<RunningServer> {
  const place = await ServerPlace.make(name);
  try {
    const { process, access: planned, furnish } = await prepare(place);
    await process.start();
    const access = furnish === undefined ? planned : await furnish();
    await untilWritable(access, process);
    return {
      ...access,
      kill: () => process.kill(),
      restart: async () => {
        await process.kill();
        await process.start();
        await untilWritable(access, process);
      },
      stop: () => place.clear(),
    };
  } catch (error) {
    const words = await place.lastWords();
    await place.clear();
    throw new Error(`${name} did not start:\n${words}`, { cause: error });
  }
}
