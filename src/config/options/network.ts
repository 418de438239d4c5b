import { PATTERNS } from '../patterns.ts';
import { defineOptions } from './definition.ts';

/** How the server is reached. */
export const NETWORK = defineOptions({
  encryption: {
    kind: 'on/off',
    fallback: 'on',
    origin: 'family',
    summary: 'Use https (`on`) or http (`off`) for AWS and for an endpoint without a scheme.',
  },
  http_proxy: {
    kind: 'url',
    pattern: PATTERNS.proxy,
    origin: 'family',
    summary: 'The proxy for all requests: `http://[user:password@]host:port`.',
  },
  max_request_retries: {
    kind: 'count',
    minimum: 0,
    maximum: 1000,
    origin: 'fork',
    summary: 'Maximum number of retries of one request. By default only `retry_timeout` limits them.',
  },
  retry_timeout: {
    kind: 'duration',
    fallback: '10m',
    minimum: 1000,
    maximum: 24 * 3_600_000,
    origin: 'new',
    summary:
      'How long a request is retried without progress before it fails: `90s`, `10m`, `1h`. A connection that moves no byte for a fifth of this time (at most 60 s) is replaced.',
  },
  ca_file: {
    kind: 'text',
    origin: 'new',
    summary: "A PEM file with certificate authorities to trust in addition to the operating system's.",
  },
  verify_tls: {
    kind: 'on/off',
    fallback: 'on',
    origin: 'new',
    summary: '`off` accepts any certificate. Use it on test systems only.',
  },
  ca_path: {
    kind: 'text',
    origin: 'new',
    summary: 'A folder of PEM files with certificate authorities to trust, in addition to `ca_file`.',
  },
  client_cert_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A PEM file with the certificate that this client shows to the server (mutual TLS).',
  },
  client_key_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A PEM file with the private key of `client_cert_file`. Default: it is in the same file.',
  },
  client_key_password_file: {
    kind: 'text',
    origin: 'new',
    summary: 'A file whose first line is the password of the private key.',
  },
  tls_min_version: {
    kind: 'choice',
    choices: ['1.2', '1.3'],
    fallback: '1.2',
    origin: 'new',
    summary: 'The oldest version of TLS to accept.',
  },
  no_proxy: {
    kind: 'text',
    origin: 'new',
    summary:
      'Hosts that are reached without `http_proxy`: names, addresses and networks, separated by commas.',
  },
  request_headers: {
    kind: 'secret map',
    origin: 'new',
    summary: 'Headers to add to every request, for gateways: `name=value,name=value`. They are signed.',
  },
  backup_bandwidth_limit: {
    kind: 'rate',
    origin: 'new',
    summary:
      'The bytes per second that all backup processes of a user on one host may send together: `50MB` (`64KB` to `1TB`), or a timetable `08:00,10MB 19:00,off`, also `Mon-08:00,10MB`.',
  },
  restore_bandwidth_limit: {
    kind: 'rate',
    origin: 'new',
    summary:
      'The bytes per second that all restore processes of a user on one host may receive together, in the same form.',
  },
});
