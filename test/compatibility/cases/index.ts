import type { Case } from '../case.ts';
import { endpointPath, schemes, styles, tenant } from './addresses.ts';
import { checksums } from './checksums.ts';
import { commands } from './commands.ts';
import { defaultEncryption } from './default-encryption.ts';
import { payerAndOwner, requestHeaders } from './every-request.ts';
import { archive, defaultRetention, objectLock, writeOnce } from './locks.ts';
import { manyKeys } from './many-keys.ts';
import { objectOptions } from './object-options.ts';
import { crowdedKeys, oddKeys, slashes } from './odd-keys.ts';
import { users, wrongBucket, wrongKeys, wrongRegion } from './refusals.ts';
import { requests } from './requests.ts';
import { sessionToken } from './session-token.ts';
import { sizes } from './sizes.ts';
import { orphans, partLimits, sdkUploads } from './uploads.ts';

export const cases: readonly Case[] = [
  commands,
  sizes,
  requests,
  checksums,
  orphans,
  sdkUploads,
  partLimits,
  styles,
  schemes,
  endpointPath,
  tenant,
  requestHeaders,
  payerAndOwner,
  manyKeys,
  oddKeys,
  slashes,
  crowdedKeys,
  wrongKeys,
  wrongRegion,
  wrongBucket,
  users,
  sessionToken,
  defaultEncryption,
  objectOptions,
  objectLock,
  defaultRetention,
  writeOnce,
  archive,
];
