import { refuseChunkedBodies } from './offences.ts';
import { checksumHeaders, type Profile } from './profile.ts';

/** Servers under names of their owners' choice, which tell the program nothing. */
export const onPremisesProfiles: readonly Profile[] = [
  {
    provider: 'Dell ECS',
    host: 'ecs.example.com',
    rules: [
      refuseChunkedBodies({
        code: 'XAmzContentSHA256Mismatch',
        message: 'The Content-SHA256 you specified did not match what we received',
      }),
    ],
    ignoredHeaders: checksumHeaders,
    listing: 'version 1',
    server: 'ViPR/1.0',
  },
  {
    provider: 'NetApp StorageGRID',
    host: 'grid.example.com',
    ignoredHeaders: checksumHeaders,
    believesBodyHash: true,
  },
  {
    provider: 'Cloudian HyperStore',
    host: 's3-region1.cloudian.example.com',
    ignoredHeaders: checksumHeaders,
    server: 'CloudianS3',
  },
  {
    provider: 'Scality RING',
    host: 'ring.example.com',
    ignoredHeaders: checksumHeaders,
    listing: 'empty token at the end',
  },
];
