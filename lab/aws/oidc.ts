import { generateKeyPairSync, sign } from 'node:crypto';
import { type Service, type ServiceAnswer, startService } from './service.ts';

/** An issuer of OpenID Connect tokens, as Kubernetes is one for its pods. */
export interface OidcIssuer extends Service {
  /** Where a server finds everything else. */
  readonly discovery: string;
  /** A token of so many seconds for a client, signed with RS256. */
  token(audience: string, seconds: number): string;
}

export async function startOidcIssuer(): Promise<OidcIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig', alg: 'RS256' }];
  const service: Service = await startService(({ path, headers }) => {
    const issuer = `http://${headers.get('host') ?? ''}`;
    if (path === '/keys') return json({ keys });
    return path === '/.well-known/openid-configuration'
      ? json({
          issuer,
          jwks_uri: `${issuer}/keys`,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          response_types_supported: ['id_token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        })
      : { status: 404 };
  });
  return {
    ...service,
    discovery: `${service.url}/.well-known/openid-configuration`,
    token: (audience, seconds) => {
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: service.url,
        aud: audience,
        sub: 'system:serviceaccount:gp:backup',
        iat: now,
        exp: now + seconds,
      };
      const parts = [{ alg: 'RS256', typ: 'JWT', kid: 'key-1' }, claims];
      const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
    },
  };
}

function json(body: object): ServiceAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
