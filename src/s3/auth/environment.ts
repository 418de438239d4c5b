import { TransportError } from '../http/transport-error.ts';
import { foundOf } from './given-keys.ts';
import { NotSet, type Source, SourceError, variable } from './source.ts';

/** AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with their older names, and AWS_SESSION_TOKEN. */
export const environmentKeys: Source = async (parts) => {
  const id = variable(parts, 'AWS_ACCESS_KEY_ID') ?? variable(parts, 'AWS_ACCESS_KEY');
  const secret = variable(parts, 'AWS_SECRET_ACCESS_KEY') ?? variable(parts, 'AWS_SECRET_KEY');
  if (id === undefined && secret === undefined) return new NotSet('AWS_ACCESS_KEY_ID not set');
  if (id === undefined) return new NotSet('AWS_SECRET_ACCESS_KEY set without AWS_ACCESS_KEY_ID');
  if (secret === undefined) return new NotSet('AWS_ACCESS_KEY_ID set without AWS_SECRET_ACCESS_KEY');
  const token = variable(parts, 'AWS_SESSION_TOKEN');
  if (!/^[\x21-\x7e]+$/.test(id + (token ?? ''))) {
    throw new SourceError('AWS_ACCESS_KEY_ID or AWS_SESSION_TOKEN has spaces or control characters');
  }
  try {
    return foundOf({ id, secret, token }, variable(parts, 'AWS_CREDENTIAL_EXPIRATION'));
  } catch (cause) {
    if (!(cause instanceof TransportError)) throw cause;
    throw new SourceError(`AWS_CREDENTIAL_EXPIRATION: ${cause.message.replace('it gave keys', 'keys')}`, {
      cause,
    });
  }
};
