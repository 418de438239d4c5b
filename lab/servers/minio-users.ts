import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { sendSigned } from '../../test/conformance/signed-request.ts';
import type { Credentials, ServerAccess } from './server.ts';

/** A session of twelve hours with all rights of the caller. */
export async function assumeRole(access: ServerAccess): Promise<Credentials> {
  const answer = await sendSigned(access, {
    method: 'POST',
    path: '/',
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=AssumeRole&Version=2011-06-15&DurationSeconds=43200',
  });
  const text = answer.body.toString();
  const valueOf = (name: string): string => {
    const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1];
    if (value === undefined) throw new Error(`AssumeRole answered ${answer.status} without ${name}`);
    return value;
  };
  return {
    accessKeyId: valueOf('AccessKeyId'),
    secretAccessKey: valueOf('SecretAccessKey'),
    sessionToken: valueOf('SessionToken'),
  };
}

/** A user who may do these things, and nothing else, in all buckets. */
export async function addUser(
  root: ServerAccess,
  name: string,
  actions: readonly string[],
): Promise<Credentials> {
  const secret = `secret-of-${name}`;
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: ['arn:aws:s3:::*'] }],
  };
  await administer(root, 'add-canned-policy', { name }, JSON.stringify(policy));
  const user = JSON.stringify({ secretKey: secret, status: 'enabled' });
  await administer(root, 'add-user', { accessKey: name }, encrypt(root.secretAccessKey, user));
  const assignment = { policyName: name, userOrGroup: name, isGroup: 'false' };
  await administer(root, 'set-user-or-group-policy', assignment, '');
  return { accessKeyId: name, secretAccessKey: secret };
}

async function administer(
  root: ServerAccess,
  call: string,
  query: Readonly<Record<string, string>>,
  body: Uint8Array | string,
): Promise<void> {
  const answer = await sendSigned(root, { method: 'PUT', path: `/minio/admin/v3/${call}`, query, body });
  if (answer.status !== 200) throw new Error(`${call} answered ${answer.status}: ${answer.body.toString()}`);
}

/** The number of PBKDF2 with AES-256-GCM among its ways to make a key of a password. */
const pbkdf2Aes = 0x02;
const pbkdf2Rounds = 8192;
const tagBytes = 16;
const fragmentBytes = 16 * 1024;

/**
 * The admin API takes secrets encrypted with the caller's own: salt (32), kind (1), nonce (8), then fragments of
 * AES-256-GCM. The nonce of a fragment is the common one and its number from 1; 0 seals the associated data (none), and
 * what comes of it is, behind a byte that says whether this is the last fragment, the associated data of each fragment.
 */
function encrypt(password: string, text: string): Buffer {
  const plain = Buffer.from(text);
  if (plain.length >= fragmentBytes) throw new Error('more than one fragment');
  const salt = randomBytes(32);
  const key = pbkdf2Sync(password, salt, pbkdf2Rounds, 32, 'sha256');
  const nonce = randomBytes(8);
  const seal = (number: number, associated: Uint8Array, content: Uint8Array): Buffer => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32LE(number);
    const cipher = createCipheriv('aes-256-gcm', key, Buffer.concat([nonce, counter]), {
      authTagLength: tagBytes,
    });
    cipher.setAAD(associated);
    return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  };
  const associated = Buffer.concat([Buffer.from([0x80]), seal(0, Buffer.alloc(0), Buffer.alloc(0))]);
  return Buffer.concat([salt, Buffer.from([pbkdf2Aes]), nonce, seal(1, associated, plain)]);
}
