import { readFileSync } from 'node:fs';
import { hasControls } from '../../base/control-characters.ts';
import { reasonOf } from '../../base/plugin-error.ts';
import { FailedAnswer } from '../errors/failed-answer.ts';
import { ask, type SourceAnswer } from './exchange.ts';
import { readDocument, readKeys } from './given-keys.ts';
import { isLinkLocal, NotSet, type Source, SourceError, type SourceParts, variable } from './source.ts';

const ECS_ORIGIN = 'http://169.254.170.2';
const FIRST_PATIENCE = 5000;
/** Hosts of the container's own machine: http is enough for them, and no proxy knows them. */
const NEAR = /^(localhost|127(\.\d+){3}|\[::1\]|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::23\])$/;

/** Keys of a container's role: ECS, EKS Pod Identity, and whatever else speaks as they do. */
export const containerKeys: Source = async (parts, signal) => {
  const relative = variable(parts, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  const full = variable(parts, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
  const address =
    relative === undefined ? full : `${ECS_ORIGIN}${relative.startsWith('/') ? '' : '/'}${relative}`;
  if (address === undefined)
    return new NotSet('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI not set');
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SourceError('AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL');
  }
  const near = NEAR.test(url.hostname);
  if (url.protocol !== 'https:' && !near) {
    throw new SourceError(
      `AWS_CONTAINER_CREDENTIALS_FULL_URI: ${url.origin} must be https, or the address of this host or container`,
    );
  }
  const asking = {
    who: `container credentials at ${url.origin}`,
    firstPatience: FIRST_PATIENCE,
    direct: near || isLinkLocal(url.hostname),
    state: { reached: false },
    failureOf: failureOf,
  };
  const request = () => ({ method: 'GET', url: url.href, headers: authorization(parts) }) as const;
  return await ask(parts, asking, signal, request, ({ text, headers }) =>
    readKeys(text, { token: 'Token' }, headers.get('date')),
  );
};

/** The file is read for each try: its token is replaced from time to time. */
function authorization(parts: SourceParts): Record<string, string> {
  const file = variable(parts, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  const token = file === undefined ? variable(parts, 'AWS_CONTAINER_AUTHORIZATION_TOKEN') : readToken(file);
  if (token === undefined) return {};
  if (hasControls(token))
    throw new SourceError('the authorization token of the container contains a line break');
  return { authorization: token };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new SourceError(`AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE can't be read: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

async function failureOf(status: number, { text, headers }: SourceAnswer): Promise<FailedAnswer> {
  try {
    const { code, Code, message, Message } = readDocument(text);
    return new FailedAnswer(status, headers, { code: said(code ?? Code), message: said(message ?? Message) });
  } catch {
    return new FailedAnswer(status, headers, {});
  }
}

function said(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 300) : undefined;
}
