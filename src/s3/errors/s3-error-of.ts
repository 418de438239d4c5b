import { reasonOf } from '../../base/plugin-error.ts';
import type { Address } from '../address.ts';
import type { TransportError } from '../http/transport-error.ts';
import type { S3Operation, S3Request } from '../request.ts';
import type { Verdict } from './classify.ts';
import { FailedAnswer, redirectOf } from './failed-answer.ts';
import type { HintFor, ProxyFacts } from './hint-facts.ts';
import { S3Error } from './s3-error.ts';

/** Whose request it was. */
interface Sender {
  readonly bucket: string;
  readonly proxy?: ProxyFacts | undefined;
  readonly hintFor?: HintFor | undefined;
}

/** Where it went. */
interface Receiver {
  readonly address: Address;
  readonly region: string;
  readonly headersOf: (operation: S3Operation) => Readonly<Record<string, string>>;
}

/** The error of a request whose last try, number `tries`, failed by `failure`, with its hint. */
export function s3ErrorOf(
  { bucket, proxy, hintFor }: Sender,
  { address, region, headersOf }: Receiver,
  request: S3Request,
  failure: FailedAnswer | TransportError,
  verdict: Verdict,
  tries: number,
): S3Error {
  const { operation, key } = request;
  const answer = failure instanceof FailedAnswer ? failure : undefined;
  const facts = { bucket, status: answer?.status, code: failure.code, retryable: verdict !== 'final' };
  const hint = hintFor?.({
    ...facts,
    operation,
    message: failure.message,
    sent: Object.keys({ ...headersOf(operation), ...request.headers }),
    ofStore: answer?.ofStore ?? false,
    scheme: address.scheme,
    host: address.host,
    region,
    proxy,
    serverRegion: answer?.region,
    redirectedTo: answer === undefined ? undefined : redirectOf(answer.headers),
  });
  return new S3Error(
    { ...facts, operation, key, reason: reasonOf(failure), requestId: answer?.requestId, tries },
    { hint, cause: failure },
  );
}
