import { formatSize } from '../src/base/bytes.ts';
import { type Feature, PROVIDERS, type Provider, type ProviderFacts } from '../src/s3/providers/providers.ts';
import { table } from './docs/markdown.ts';

/** What the program does because of each fact. */
const DONE: Readonly<Record<keyof ProviderFacts, (facts: ProviderFacts) => string>> = {
  style: () => 'the bucket goes into the host name',
  region: ({ region }) =>
    typeof region === 'string'
      ? `requests are signed for \`${region}\``
      : "requests are signed for the host's region",
  checksums: ({ checksums }) =>
    checksums === 'always'
      ? 'CRC32 is sent with every body'
      : 'no checksum header is sent, bodies are signed',
  equalParts: ({ equalParts = 0 }) => `all parts have ${formatSize(equalParts)}`,
  maxParts: ({ maxParts = 0 }) => `part sizes grow in time for ${maxParts.toLocaleString('en')} parts`,
  maxPartsInFlight: ({ maxPartsInFlight = 0 }) =>
    `at most ${maxPartsInFlight} parts of an upload are sent in parallel`,
  singleDeletes: () => 'keys are deleted one by one',
  locksVersions: () => 'set-up does not ask for the default retention of the bucket',
};

/**
 * The table of providers for a document, in Markdown: what differs from Amazon's S3, and what is done about it with no
 * option set.
 */
export function providerTable(): string {
  const rows = PROVIDERS.flatMap((provider) => {
    const differences = [
      ...differencesOf(provider),
      ...(provider.alsoDiffers ?? []),
      ...refusalsOf(provider),
    ];
    return differences.map(({ differs, met }, index) => [
      index === 0 ? provider.name : '',
      index === 0 ? hostsOf(provider) : '',
      differs,
      met,
    ]);
  });
  return table(['Provider', 'Recognised by', 'What differs', 'What is done'], rows);
}

function differencesOf(provider: Provider): { differs: string; met: string }[] {
  const facts = Object.keys(DONE) as (keyof ProviderFacts)[];
  return facts.flatMap((fact) => {
    const why = provider.why[fact];
    return why === undefined ? [] : [{ differs: why, met: DONE[fact](provider) }];
  });
}

/** The options that ask for what a provider may not take. */
const OPTIONS: Readonly<Record<Feature, string>> = {
  sse: '`sse`',
  'sse-kms': '`sse: aws:kms`',
  'sse-c': '`sse_customer_key_file`',
  tags: '`tags`',
  acl: '`acl`',
  'storage class': '`storage_class`',
  lock: '`object_lock_mode` and `object_lock_legal_hold`',
};

function refusalsOf({ refuses = {} }: Provider): { differs: string; met: string }[] {
  return Object.entries(refuses).map(([feature, differs]) => ({
    differs,
    met: `set-up for backup refuses ${OPTIONS[feature as Feature]}`,
  }));
}

/** A host pattern as a reader writes it. */
function hostsOf({ hosts }: Provider): string {
  if (hosts === undefined) return 'nothing: on premises, under any name';
  const ends = hosts.source
    .replace(/\$$/, '')
    .replaceAll('(?:', '(')
    .replace(/^\(\^\|\\\.\)/, '')
    .replace(/^\\\./, '*.')
    .replaceAll('\\.', '.')
    .replaceAll('[a-z0-9-]+', 'REGION');
  return variantsOf(ends)
    .map((host) => `\`${host}\``)
    .join(', ');
}

/** `a(b|c)` as `ab` and `ac`, `a(b)?` as `a` and `ab`. */
function variantsOf(pattern: string): string[] {
  const group = /\(([^()]*)\)(\?)?/.exec(pattern);
  if (group === null) return [pattern];
  const [whole, inner = '', optional] = group;
  const choices = [...(optional === undefined ? [] : ['']), ...inner.split('|')];
  return choices.flatMap((choice) => variantsOf(pattern.replace(whole, choice)));
}
