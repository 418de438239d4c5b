import {
  metByContentMd5,
  metByListing,
  metByNegotiation,
  metByPlainBodies,
  type Provider,
} from './provider.ts';

/**
 * Servers that run under any name. Their answers would identify them (`Server: ViPR/1.0`, `CloudianS3`), but only
 * after the first request, behind a load balancer not even then, and nothing of what differs needs it.
 */
export const ON_PREMISES: readonly Provider[] = [
  {
    name: 'Dell ECS',
    why: {},
    alsoDiffers: [
      metByNegotiation('takes any value in checksum headers: it ignores them'),
      metByPlainBodies(
        'answers 400 XAmzContentSHA256Mismatch to bodies in chunks with a checksum behind them',
      ),
      metByListing('older versions answer with version 1 of the list (assumed)'),
    ],
  },
  {
    name: 'NetApp StorageGRID',
    why: {},
    alsoDiffers: [
      metByContentMd5('takes the signed SHA-256 of a body unchecked; Content-MD5 is checked'),
      metByNegotiation('ignores checksum headers in versions that do not have them (assumed)'),
    ],
  },
  {
    name: 'Cloudian HyperStore',
    why: {},
    alsoDiffers: [
      metByNegotiation(
        'ignores headers that it does not document, checksums in older versions among them (assumed)',
      ),
    ],
  },
  {
    name: 'Scality RING',
    why: {},
    alsoDiffers: [
      metByListing(
        'sends an empty token with the last page, and answers to that token with another empty one',
      ),
    ],
  },
];
