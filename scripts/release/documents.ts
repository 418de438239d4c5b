import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dir, '..', '..');

/**
 * The documents of a release archive, by their paths in the repository: README.md, what it links to, and so on. A test
 * follows the links.
 */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'config.schema.json',
  'docs/addresses.md',
  'docs/architecture.md',
  'docs/bandwidth.md',
  'docs/check.md',
  'docs/commands.md',
  'docs/compatibility.json',
  'docs/compatibility.md',
  'docs/development.md',
  ...readdirSync(join(ROOT, 'docs', 'json'))
    .toSorted()
    .map((name) => `docs/json/${name}`),
  'docs/images/report-dark.png',
  'docs/images/report-light.png',
  'docs/images/report-streams.png',
  'docs/images/report-tables.png',
  'docs/migrating.md',
  'docs/network.md',
  'docs/object-lock.md',
  'docs/operations.md',
  'docs/options.md',
  'docs/performance-crowds.svg',
  'docs/performance-down.svg',
  'docs/performance-network.svg',
  'docs/performance-slow.svg',
  'docs/performance-start-up.svg',
  'docs/performance-up.svg',
  'docs/performance.json',
  'docs/performance.md',
  'docs/permissions.md',
  'docs/reliability.json',
  'docs/reliability.md',
  'docs/replication.md',
  'docs/report.md',
  'docs/retention.md',
  'docs/secrets.md',
  'docs/sign-in.md',
  'docs/sizing.md',
  'docs/storage.md',
  'docs/troubleshooting.md',
  'docs/verify.md',
];
