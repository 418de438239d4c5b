import { join } from 'node:path';
import { makeCertificate } from '../s3-server/certificate.ts';
import { cacheFolderOf } from './cached-folder.ts';
import { freePorts } from './free-ports.ts';
import { installGoProgram } from './go-program.ts';
import { addUser, assumeRole } from './minio-users.ts';
import type { RunningServer, ServerAccess, ServerProgram } from './server.ts';
import type { ServerPlace } from './server-place.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer } from './start-server.ts';
import { accessAt, accessKeyId, secretAccessKey } from './test-key.ts';
import { untilWritable } from './until-writable.ts';

const version = 'v0.0.0-20260212201848-7aac2a2c5b7c';
const day = '2026-02-12';
const folder = cacheFolderOf('minio', version);
const install = (): Promise<void> => installGoProgram(folder, 'github.com/minio/minio', version);

/** One node with one disk. */
export const minio: ServerProgram = {
  name: 'minio',
  version,
  title: `MinIO of ${day}`,
  inEveryRun: true,
  keepsData: true,
  install,
  start: () => startMinio(),
};

/** @param env settings beside those that every start has */
export function startMinio(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  return startServer('minio', async (place) => {
    const [port = 0] = await freePorts(1);
    const process = await minioProcess(place, port, [], { MINIO_DOMAIN: 'localhost', ...env });
    return { process, access: { ...accessAt(`http://127.0.0.1:${port}`), domain: 'localhost' } };
  });
}

/** A name that is not directly below a top-level domain: clients take no wildcard there. */
const secureDomain = 's3.localhost';
const kmsKeyId = 'test-key';
const kmsKey = Buffer.alloc(32, 'k').toString('base64');

/** The same with all that needs more set-up: TLS, a KMS key, a session token, and users with fewer rights. */
export const minioHttps: ServerProgram = {
  name: 'minio-https',
  version,
  title: `MinIO of ${day}, https, KMS, session token`,
  inEveryRun: true,
  keepsData: true,
  install,
  start: () => startServer('minio-https', prepareSecure),
};

async function prepareSecure(place: ServerPlace): ReturnType<Parameters<typeof startServer>[1]> {
  const [port = 0] = await freePorts(1);
  const { certificate, privateKey } = await makeCertificate(secureDomain, []);
  const certificates = await place.makeFolder('certs');
  const ca = await place.write('certs/public.crt', certificate);
  await place.write('certs/private.key', privateKey);
  const process = await minioProcess(place, port, ['--certs-dir', certificates], {
    MINIO_DOMAIN: secureDomain,
    MINIO_KMS_SECRET_KEY: `${kmsKeyId}:${kmsKey}`,
  });
  const root = { ...accessAt(`https://127.0.0.1:${port}`), domain: secureDomain, ca, kmsKeyId };
  return {
    process,
    access: root,
    furnish: async () => {
      await untilWritable(root, process);
      const users: RunningServer['users'] = {
        readOnly: await addUser(root, 'reader', ['s3:GetObject', 's3:ListBucket', 's3:GetBucketLocation']),
        writeOnly: await addUser(root, 'writer', ['s3:PutObject', 's3:AbortMultipartUpload']),
      };
      const access: ServerAccess = { ...root, ...(await assumeRole(root)), users };
      return access;
    },
  };
}

async function minioProcess(
  place: ServerPlace,
  port: number,
  options: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const data = await place.makeFolder('data');
  return place.process('minio', {
    program: join(folder, 'minio'),
    args: ['server', '--quiet', '--address', `127.0.0.1:${port}`, ...options, data],
    env: {
      MINIO_ROOT_USER: accessKeyId,
      MINIO_ROOT_PASSWORD: secretAccessKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
      ...env,
    },
  });
}
