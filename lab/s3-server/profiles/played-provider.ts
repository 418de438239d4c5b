import { type Answer, bodyOf } from '../../http/answer.ts';
import type { RequestHead } from '../../http/request.ts';
import type { Call } from '../call.ts';
import { unsignedPayload } from '../integrity.ts';
import { operations } from '../operations/index.ts';
import { uploadOf } from '../operations/multipart.ts';
import type { Route } from '../route.ts';
import { S3Error } from '../s3-error.ts';
import type { Offence, Profile, Refusal } from './profile.ts';

/** Makes the server behave as a profile says: around the operations, which stay Amazon's. */
export class PlayedProvider {
  readonly #profile: Profile;
  /** By upload id: the parts that are coming in. */
  readonly #partsInFlight = new Map<string, number>();

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  /** @throws S3Error for what is refused at first sight, before the signature is looked at */
  admit(head: RequestHead, route: Route): void {
    const broken = this.#profile.rules?.find(({ refuses }) => isCommitted(refuses, head, route));
    if (broken !== undefined) throw errorOf(broken.with);
  }

  /** The headers as the provider looks at them. */
  headersOf(headers: ReadonlyMap<string, string>): Map<string, string> {
    const { ignoredHeaders, believesBodyHash } = this.#profile;
    const seen = new Map([...headers].filter(([name]) => ignoredHeaders?.test(name) !== true));
    if (believesBodyHash === true) seen.set('x-amz-content-sha256', unsignedPayload);
    return seen;
  }

  /** @throws S3Error, also when the body has come in and turns out to be refused */
  async perform(call: Call): Promise<Answer> {
    const { operation } = call.route;
    if (operation === 'UploadPart') return await this.#uploadPart(call);
    if (operation === 'ListObjectsV2') return await this.#list(call);
    const { equalParts, deleteOfMissing } = this.#profile;
    if (operation === 'DeleteObject' && deleteOfMissing !== undefined) {
      const { bucket, key } = call.route;
      if (call.store.bucket(bucket).object(key) === undefined) throw errorOf(deleteOfMissing);
    }
    if (operation === 'CompleteMultipartUpload' && equalParts !== undefined)
      checkEqualParts(call, equalParts);
    return await operations[operation](call);
  }

  /** The answer in the provider's dress. */
  async dress(answer: Answer): Promise<Answer> {
    const { server, errorFields } = this.#profile;
    const headers = server === undefined ? answer.headers : { ...answer.headers, server };
    if (answer.status < 400 || errorFields === undefined) return { ...answer, headers };
    return await rewritten({ ...answer, headers }, (text) =>
      text.replaceAll(/<(\w+)>[^<]*<\/\1>/g, (field, name: string) =>
        errorFields.includes(name) ? field : '',
      ),
    );
  }

  async #uploadPart(call: Call): Promise<Answer> {
    const { maxParts, maxPartsInFlight } = this.#profile;
    const { query } = call.route;
    if (maxParts !== undefined && Number(query.get('partNumber')) > maxParts.count)
      throw errorOf(maxParts.refusal);
    const uploadId = query.get('uploadId') ?? '';
    const others = this.#partsInFlight.get(uploadId) ?? 0;
    if (maxPartsInFlight !== undefined && others >= maxPartsInFlight.count)
      throw errorOf(maxPartsInFlight.refusal);
    this.#partsInFlight.set(uploadId, others + 1);
    try {
      return await operations.UploadPart(call);
    } finally {
      this.#partsInFlight.set(uploadId, (this.#partsInFlight.get(uploadId) ?? 1) - 1);
    }
  }

  async #list(call: Call): Promise<Answer> {
    const { listing } = this.#profile;
    if (listing === 'version 1') {
      return await operations.ListObjects(without(call, ['list-type', 'continuation-token', 'start-after']));
    }
    if (listing === 'empty token at the end') {
      const answer = await operations.ListObjectsV2(
        call.route.query.get('continuation-token') === '' ? without(call, ['continuation-token']) : call,
      );
      return await rewritten(answer, (text) =>
        text.replace('<IsTruncated>false</IsTruncated>', '$&<NextContinuationToken/>'),
      );
    }
    const answer = await operations.ListObjectsV2(call);
    if (listing !== 'no token with encoding-type' || !call.route.query.has('encoding-type')) return answer;
    return await rewritten(answer, (text) =>
      text.replace(/<NextContinuationToken>[^<]*<\/NextContinuationToken>/, ''),
    );
  }
}

function isCommitted(offence: Offence, { headers }: RequestHead, { operation, style }: Route): boolean {
  switch (offence.kind) {
    case 'path style':
      return style === 'path' && (offence.operations?.includes(operation) ?? true);
    case 'header':
      return (
        (offence.operations?.includes(operation) ?? true) &&
        [...headers].some(([name, value]) => offence.name.test(`${name}: ${value}`))
      );
    case 'operation':
      return offence.operation === operation;
    case 'header missing':
      return offence.operation === operation && !offence.anyOf.some((name) => headers.has(name));
  }
}

/** @throws S3Error when a part but the last has another size than the first, or the last a larger one */
function checkEqualParts(call: Call, refusal: Refusal): void {
  const sizes = [...uploadOf(call).parts.values()]
    .toSorted((left, right) => left.partNumber - right.partNumber)
    .map(({ blob }) => blob.size);
  const [first = 0] = sizes;
  if (sizes.slice(0, -1).some((size) => size !== first) || (sizes.at(-1) ?? 0) > first)
    throw errorOf(refusal);
}

function errorOf({ code, message }: Refusal): S3Error {
  return new S3Error(code, message);
}

function without(call: Call, names: readonly string[]): Call {
  const query = new Map([...call.route.query].filter(([name]) => !names.includes(name)));
  return { ...call, route: { ...call.route, query } };
}

async function rewritten(answer: Answer, change: (text: string) => string): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body.chunks()) chunks.push(chunk);
  return { ...answer, body: bodyOf(Buffer.from(change(Buffer.concat(chunks).toString()))) };
}
