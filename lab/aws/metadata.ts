import {
  type Service,
  type ServiceAnswer,
  type ServiceCall,
  type ServiceOptions,
  startService,
} from './service.ts';

/** Keys as instance metadata and containers give them. */
export interface GivenKeys {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

const ROLES = '/latest/meta-data/iam/security-credentials/';

export interface MetadataOptions extends ServiceOptions {
  /** Which versions of the protocol it speaks; `v1` has no tokens. */
  readonly speaks?: 'v1 and v2' | 'v2' | 'v1';
  readonly role?: string;
  /** The one token that it gives and knows. */
  readonly token?: () => string;
}

/** Plays EC2's instance metadata. @param keys asked for each answer */
export async function startMetadata(
  keys: () => GivenKeys,
  { speaks = 'v2', role = 'backup-role', token = () => 'a-metadata-token', ...options }: MetadataOptions = {},
): Promise<Service> {
  return await startService((call) => answer(call, keys, { speaks, role, token }), options);
}

function answer(
  { method, path, headers }: ServiceCall,
  keys: () => GivenKeys,
  { speaks, role, token }: Required<Pick<MetadataOptions, 'speaks' | 'role' | 'token'>>,
): ServiceAnswer {
  if (path === '/latest/api/token') {
    if (speaks === 'v1') return { status: 404 };
    if (method !== 'PUT') return { status: 405 };
    const seconds = Number(headers.get('x-aws-ec2-metadata-token-ttl-seconds'));
    return seconds >= 1 && seconds <= 21_600 ? { status: 200, body: token() } : { status: 400 };
  }
  if (method !== 'GET') return { status: 405 };
  const shown = headers.get('x-aws-ec2-metadata-token');
  const known = shown === token() || (shown === undefined && speaks !== 'v2');
  if (!known) return { status: 401 };
  if (path === ROLES) return { status: 200, body: role };
  if (path !== `${ROLES}${role}`) return { status: 404 };
  return { status: 200, body: JSON.stringify({ Code: 'Success', Type: 'AWS-HMAC', ...keys() }) };
}

/** Plays the credentials endpoint of ECS and EKS Pod Identity. @param token wanted in Authorization */
export async function startContainer(
  keys: () => GivenKeys,
  token?: () => string,
  options?: ServiceOptions,
): Promise<Service> {
  return await startService(({ method, headers }) => {
    if (method !== 'GET') return { status: 405 };
    if (token !== undefined && headers.get('authorization') !== token()) {
      return {
        status: 403,
        body: JSON.stringify({ code: 'AccessDeniedException', message: 'the token is not valid' }),
      };
    }
    return { status: 200, body: JSON.stringify(keys()) };
  }, options);
}
