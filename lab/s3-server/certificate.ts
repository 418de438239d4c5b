import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM */
  readonly certificate: string;
  /** PEM */
  readonly privateKey: string;
}

/**
 * A certificate for 127.0.0.1, the domain and its buckets. The buckets are listed one by one beside the wildcard: many
 * clients take no wildcard directly below a top-level domain, such as `*.localhost`.
 */
export async function makeCertificate(domain: string, buckets: readonly string[]): Promise<Certificate> {
  const names = [
    ...new Set(['localhost', domain, `*.${domain}`, ...buckets.map((bucket) => `${bucket}.${domain}`)]),
  ];
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [...names.map((value) => ({ type: 2, value }) as const), { type: 7, ip: '127.0.0.1' }],
      },
    ],
  });
  return { certificate: made.cert, privateKey: made.private };
}
