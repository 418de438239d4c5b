import { readFileSync } from 'node:fs';
import { printable } from '../../base/printable.ts';
import type { Verdict } from '../errors/classify.ts';
import { FailedAnswer } from '../errors/failed-answer.ts';
import { TransportError } from '../http/transport-error.ts';
import { type Asking, ask, type SourceAnswer } from './exchange.ts';
import { readDocument, readKeys } from './given-keys.ts';
import {
  type Found,
  isTrue,
  NotSet,
  type Source,
  SourceError,
  type SourceParts,
  variable,
} from './source.ts';

const IPV4_ORIGIN = 'http://169.254.169.254';
const IPV6_ORIGIN = 'http://[fd00:ec2::254]';
const ROLES = '/latest/meta-data/iam/security-credentials/';
/** Seconds that a token is good for: the most. */
const TOKEN_LIFE = 21_600;
const FIRST_PATIENCE = 1000;

const HOP_LIMIT =
  'in a container on EC2 raise the hop limit of instance metadata to 2 (aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2)';

/** Keys of the role of an EC2 instance, by tokens (IMDSv2), and without one where there are none. */
export const instanceKeys: Source = async (parts, signal) => {
  if (isTrue(variable(parts, 'AWS_EC2_METADATA_DISABLED'))) {
    return new NotSet('switched off by AWS_EC2_METADATA_DISABLED');
  }
  const named = variable(parts, 'AWS_EC2_METADATA_SERVICE_ENDPOINT');
  const mode = variable(parts, 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE') ?? 'IPv4';
  const url = URL.parse(named ?? (mode.toLowerCase() === 'ipv6' ? IPV6_ORIGIN : IPV4_ORIGIN));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SourceError('AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL');
  }
  const { retryPolicy, metadataTimeout } = parts;
  const expected = named !== undefined || isAmazonHost();
  const service: Service = {
    base: url.href.replace(/\/+$/, ''),
    parts,
    signal,
    asking: {
      who: `instance metadata at ${url.origin}`,
      firstPatience: FIRST_PATIENCE,
      direct: true,
      state: { reached: false },
      policy: {
        ...retryPolicy,
        reachTimeout: Math.min(retryPolicy.reachTimeout, metadataTimeout(expected)),
      },
    },
  };
  return await keysBy(service, await tokenOf(service));
};

interface Service {
  readonly base: string;
  readonly parts: SourceParts;
  readonly signal: AbortSignal;
  readonly asking: Asking;
}

/** The answer to the question for a token has the hop limit: it is lost on its way into a container. */
function hintOfSilence(failure: FailedAnswer | TransportError): string | undefined {
  return failure instanceof TransportError && failure.code === 'ESTALLED' ? HOP_LIMIT : undefined;
}

/** Undefined where the service knows no tokens, and requests without one are not forbidden. */
async function tokenOf({ base, parts, signal, asking }: Service): Promise<string | undefined> {
  const request = {
    method: 'PUT',
    url: `${base}/latest/api/token`,
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_LIFE) },
  } as const;
  // Without a length of its own a PUT would be refused.
  const sent = { ...request, body: new Uint8Array(0) };
  try {
    return await ask(
      parts,
      { ...asking, hintOf: hintOfSilence },
      signal,
      () => sent,
      ({ text }) => readToken(text),
    );
  } catch (error) {
    const cause = error instanceof SourceError ? error.cause : undefined;
    if (!(cause instanceof FailedAnswer) || ![403, 404, 405].includes(cause.status)) throw error;
    if (isTrue(variable(parts, 'AWS_EC2_METADATA_V1_DISABLED'))) {
      throw new SourceError(
        `${asking.who} gives no token (HTTP ${cause.status}), and AWS_EC2_METADATA_V1_DISABLED forbids requests without one`,
        { cause },
      );
    }
    return undefined;
  }
}

function readToken(text: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new TransportError('EPROTOCOL', 'its token is not one');
}

async function keysBy(service: Service, firstToken: string | undefined): Promise<Found> {
  const { base, parts, signal } = service;
  let token = firstToken;
  let unknown = false;
  const asking: Asking = {
    ...service.asking,
    // A token that is no longer known, as after a restart of the service: another one is tried.
    verdictOf: ({ status }): Verdict | undefined => {
      unknown = status === 401 && token !== undefined;
      return unknown ? 'few' : undefined;
    },
    hintOf: (failure) =>
      failure instanceof FailedAnswer && failure.status === 404
        ? 'attach an IAM role to the instance (an instance profile)'
        : undefined,
  };
  const get = async <T>(path: string, read: (answer: SourceAnswer) => T): Promise<T> =>
    await ask(
      parts,
      asking,
      signal,
      async () => {
        if (unknown) token = await tokenOf(service);
        unknown = false;
        return {
          method: 'GET',
          url: `${base}${path}`,
          headers: token === undefined ? {} : { 'x-aws-ec2-metadata-token': token },
        };
      },
      read,
    );
  const role = await get(ROLES, ({ text }) => {
    const [name = ''] = text.trim().split('\n');
    if (/^[\w+=,.@-]{1,128}$/.test(name)) return name;
    throw new TransportError('EPROTOCOL', 'it names no role');
  });
  return await get(`${ROLES}${role}`, ({ text, headers }) => {
    const { Code: code, Message: message } = readDocument(text);
    if (typeof code === 'string' && code !== 'Success') {
      const words = typeof message === 'string' ? `: ${printable(message)}` : '';
      throw new SourceError(`${asking.who} refuses the role ${role}: ${printable(code)}${words}`);
    }
    return readKeys(text, { token: 'Token' }, headers.get('date'));
  });
}

/** What the firmware of a virtual machine says; used only to decide how long to wait for an answer. */
function isAmazonHost(): boolean {
  return ['sys_vendor', 'bios_version'].some((name) => {
    try {
      return /amazon/i.test(readFileSync(`/sys/devices/virtual/dmi/id/${name}`, 'utf8'));
    } catch {
      // Not a PC, or not known.
      return false;
    }
  });
}
