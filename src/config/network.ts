import type { ClientCertificateConfig, RequestsConfig } from './config.ts';
import type { OptionValues } from './option-values.ts';

/** What every request says; a problem is added for headers that can't be set. */
export async function readRequests(read: Partial<OptionValues>, problems: string[]): Promise<RequestsConfig> {
  const { request_headers: written } = read;
  return {
    requesterPays: read.requester_pays ?? false,
    expectedBucketOwner: read.expected_bucket_owner,
    headers:
      written === undefined
        ? new Map()
        : (await import('./request-headers.ts')).readRequestHeaders(written, problems),
  };
}

/** The certificate of this client; a problem is added for a key without one. */
export function readClientCertificate(
  read: Partial<OptionValues>,
  problems: string[],
): ClientCertificateConfig | undefined {
  const { client_cert_file: certFile, client_key_file: keyFile, client_key_password_file: password } = read;
  if (certFile !== undefined) {
    return { certFile, keyFile: keyFile ?? certFile, keyPasswordFile: password };
  }
  if (keyFile !== undefined || password !== undefined) {
    problems.push('"client_key_file" and "client_key_password_file" need "client_cert_file"');
  }
  return undefined;
}

/** What TLS alone has a use for, where the store is reached by http: in words for the log. */
export function uselessForHttp(read: Partial<OptionValues>): readonly string[] {
  const given = [
    ...(read.client_cert_file === undefined ? [] : ['client_cert_file']),
    ...(read.tls_min_version === '1.3' ? ['tls_min_version'] : []),
  ];
  return given.map((name) => `${name} has no effect on the server: it is reached by http`);
}
