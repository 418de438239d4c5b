import { belowFolder } from '../../backup/key.ts';
import type { Finding } from '../../output/finding.ts';
import { placeOf } from '../../s3/address.ts';
import { encodeQuery } from '../../s3/encode.ts';
import { TransportError } from '../../s3/http/transport-error.ts';
import { isBucketPublic } from '../../s3/operations/get-bucket-policy-status.ts';
import type { Checked } from './checked.ts';
import { fail, ok, unseen, unseenSetting } from './findings.ts';

const WHAT = 'public access';
const HINT = 'name in the policy of the bucket who may read, and switch on Block Public Access';
/** Milliseconds for an answer. */
const PATIENCE = 10_000;

/**
 * Whether everybody may list or read: what the bucket says of its policy (MinIO says so only where everybody may write
 * as well), and what a request without keys is answered.
 * @param key of an object, where one is known
 */
export async function publicFinding(checked: Checked, key: string | undefined): Promise<Finding> {
  const { client, session } = checked;
  const root = belowFolder(session.config.folder, '');
  const list = encodeQuery({ 'list-type': '2', 'max-keys': '1', prefix: root });
  const [lists, reads] = [
    await isOpen(checked, 'GET', undefined, list),
    key === undefined ? undefined : await isOpen(checked, 'HEAD', key, ''),
  ];
  if (lists === true) return fail(WHAT, 'everybody may list the bucket, without keys', HINT);
  if (reads === true) return fail(WHAT, 'everybody may read backups, without keys', HINT);
  const isPublic = await isBucketPublic(client);
  if ('is' in isPublic && isPublic.is) return fail(WHAT, 'the policy of the bucket lets everybody in', HINT);
  if ('unseen' in isPublic && isPublic.unseen === 'denied')
    return unseenSetting(WHAT, isPublic, 's3:GetBucketPolicyStatus');
  return lists === undefined
    ? unseen(WHAT, 'a request without keys has no answer')
    : ok(WHAT, 'none without keys');
}

/** Undefined: there is no answer. */
async function isOpen(
  { client, session, signal }: Checked,
  method: string,
  key: string | undefined,
  query: string,
): Promise<boolean | undefined> {
  const { address } = client.server;
  const { host, path } = placeOf(address, key);
  const url = `${address.scheme}://${host}${path}${query === '' ? '' : `?${query}`}`;
  const request = { method, url, headers: {}, body: undefined, patience: PATIENCE, piecePatience: PATIENCE };
  try {
    return await session.parts.transport.exchange(request, signal, async (answer) => {
      const isStore = answer.headers.get('content-type')?.includes('html') !== true;
      const isYes = answer.status === 200 && isStore;
      for await (const _ of answer.pieces()) if (isYes) break;
      return isYes;
    });
  } catch (error) {
    if (error instanceof TransportError) return undefined;
    throw error;
  }
}
