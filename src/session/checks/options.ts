import type { Finding } from '../../output/finding.ts';
import { notTaken } from '../objects/set-up.ts';
import type { Checked } from './checked.ts';
import { failedBy, ok } from './findings.ts';

/** What is known of the provider before anything is sent: options that it refuses, checksums. */
export function optionFindings({ client, session }: Checked): readonly Finding[] {
  const { provider } = client.server;
  const { objects, protection } = session.config;
  const refused = notTaken(provider, objects);
  const wants = protection.checksum;
  const known =
    provider.checksums === 'always'
      ? 'CRC32 of each object is taken'
      : provider.checksums === 'never' || wants === 'off'
        ? 'bodies are signed, without CRC32'
        : 'CRC32 where the server acknowledges it: --write shows';
  return [
    refused === undefined
      ? ok(
          'options',
          `nothing that ${provider.hosts === undefined ? 'the server' : provider.name} is known to refuse`,
        )
      : failedBy('options', refused),
    ok('checksums', known),
  ];
}
