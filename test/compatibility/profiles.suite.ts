import { afterAll } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underNames } from '../../lab/program/own-names.ts';
import { PLUGIN } from '../../lab/program/plugin.ts';
import type { Offence, Profile } from '../../lab/s3-server/profiles/profile.ts';
import { profiles } from '../../lab/s3-server/profiles/profiles.ts';
import { startS3Server } from '../../lab/s3-server/server.ts';
import type { ServerUnderTest } from './candidate.ts';
import type { Deviations } from './capabilities.ts';
import { describeServer } from './suite.ts';
import { BUCKET } from './trial.ts';

/**
 * The suite on every provider that can't be run here, played by the server for the tests. The config file has the
 * provider's host and nothing that helps: no region, no style, no limit.
 */
const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = underNames(
  PLUGIN,
  profiles.flatMap(({ host }) => [host, `${BUCKET}.${host}`, `${BUCKET}-missing.${host}`]),
  folder,
);

/** Cases whose outcome depends on the provider. */
const OF_PROVIDERS = [
  'commands',
  'sizes',
  'requests',
  'checksums',
  'orphans',
  'styles',
  'many-keys',
  'slashes',
  'wrong-keys',
  'wrong-region',
  'wrong-bucket',
];

/** Cases that are the same on all profiles, since there the server is what it always is. */
const OF_THE_SERVER = ['schemes', 'odd keys', 'crowded-keys', 'users', 'session-token'];

/** Profiles that run all cases, and with 300 MB: one that takes checksums, one that refuses them. */
const THOROUGH = ['AWS', 'Cloudflare R2'];

const MEBIBYTE = 1024 * 1024;

async function start(profile: Profile): Promise<ServerUnderTest> {
  const server = await startS3Server({ profile, buckets: [] });
  const { accessKeyId, secretAccessKey, port, doorUrl } = server;
  if (doorUrl === undefined) throw new Error('the server plays no provider');
  return {
    endpoint: `http://${profile.host}:${port}`,
    region: '',
    accessKeyId,
    secretAccessKey,
    domain: profile.host,
    program,
    ...(THOROUGH.includes(profile.provider) ? {} : { largestSize: 16 * MEBIBYTE }),
    sdk: { endpoint: doorUrl, region: 'us-east-1' },
    stop: () => server.stop(),
  };
}

/** What the profile itself says that it lacks. */
function deviationsOf({ regions, rules = [], ignoredHeaders }: Profile): Deviations {
  const isRefused = (kind: Offence['kind'], find: (offence: Offence) => boolean = () => true): boolean =>
    rules.some(({ refuses }) => refuses.kind === kind && find(refuses));
  const refusesChecksums = isRefused(
    'header',
    (offence) => offence.kind === 'header' && offence.name.test('x-amz-checksum-algorithm: CRC32'),
  );
  return {
    ...(refusesChecksums || ignoredHeaders !== undefined
      ? { 'large-checksum': refusesChecksums ? 'refuses checksum headers' : 'ignores checksum headers' }
      : {}),
    ...(isRefused('operation') ? { 'delete-objects': 'has no DeleteObjects' } : {}),
    ...(regions === undefined ? { 'region-checked': 'takes signatures for any region' } : {}),
    ...(isRefused('path style')
      ? {
          'path-style': 'requires the bucket in the host name',
          'slashes-in-keys': 'a key that begins with a slash needs the bucket in the path',
        }
      : {}),
  };
}

for (const profile of profiles) {
  describeServer({
    name: profile.provider,
    title: `${profile.provider} (played)`,
    kind: 'profile',
    cases: THOROUGH.includes(profile.provider) ? [...OF_PROVIDERS, ...OF_THE_SERVER] : OF_PROVIDERS,
    deviations: deviationsOf(profile),
    start: () => start(profile),
  });
}
