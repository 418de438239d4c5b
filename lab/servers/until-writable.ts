import { setTimeout } from 'node:timers/promises';
import { codeOf } from '../../src/base/plugin-error.ts';
import { NoAnswer } from '../../test/conformance/raw-connection.ts';
import { type RequestOptions, sendSigned } from '../../test/conformance/signed-request.ts';
import type { ServerAccess } from './server.ts';
import type { ServerProcess } from './server-process.ts';

const patienceMilliseconds = 120_000;
const pollMilliseconds = 100;

/** Stays on the server: the next start asks again. */
const bucket: RequestOptions = { method: 'PUT', path: '/probe' };
const object: RequestOptions = { method: 'PUT', path: '/probe/object', body: 'x' };

/**
 * Resolves when a bucket and an object in it could be put. An open port says too little: SeaweedFS has one seconds
 * before its first volume can be written to.
 * @throws Error when the process ends before, or time is up
 */
export async function untilWritable(access: ServerAccess, server: ServerProcess): Promise<void> {
  await untilAnswered(access, server, bucket, [200, 409]);
  await untilAnswered(access, server, object, [200]);
}

/**
 * Sends a request again and again until it is answered as wanted.
 * @returns the answer's body
 * @throws Error when the process ends before, or time is up
 */
export async function untilAnswered(
  access: ServerAccess,
  server: ServerProcess,
  request: RequestOptions,
  statuses: readonly number[],
): Promise<string> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    const patience = Math.max(0, deadline - Date.now());
    const { status, text } = await Promise.race([
      answerTo(access, request),
      setTimeout(patience, silence, { ref: false }),
    ]);
    if (status !== undefined && statuses.includes(status)) return text;
    if (!server.isRunning) throw new Error(server.ending);
    if (Date.now() > deadline) {
      throw new Error(`${request.path} still answers ${status ?? 'nothing'}: ${text}`);
    }
    await setTimeout(pollMilliseconds);
  }
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

const silence: Answer = { status: undefined, text: 'it took the request and was silent' };

async function answerTo(access: ServerAccess, request: RequestOptions): Promise<Answer> {
  try {
    const { status, body } = await sendSigned(access, request);
    return { status, text: body.toString() };
  } catch (error) {
    // It doesn't listen yet, or hung up; anything else is a defect here.
    if (error instanceof NoAnswer || codeOf(error) !== undefined) {
      return { status: undefined, text: String(error) };
    }
    throw error;
  }
}
