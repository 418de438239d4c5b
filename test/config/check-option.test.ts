import { describe, expect, test } from 'bun:test';
import { GiB, KiB, MiB } from '../../src/base/bytes.ts';
import { checkOption, type OptionValue } from '../../src/config/check-option.ts';
import { OPTION_NAMES, OPTIONS, type OptionDefinition, type OptionName } from '../../src/config/options.ts';

interface Row {
  /** Values beyond what is possible, and what is used in their place. */
  readonly clamped?: readonly (readonly [string, OptionValue, string])[];
  readonly good: readonly (readonly [string, OptionValue])[];
  /** Texts that are refused, and what the message says is allowed. */
  readonly bad?: readonly string[];
  readonly allowed?: string;
}

const onOff: Row = {
  good: [
    ['on', true],
    ['off', false],
    [' ON ', true],
    ['Off', false],
  ],
  bad: ['true', 'yes', '1', 'onoff', 'o n'],
  allowed: 'on or off',
};
const anyText: Row = {
  good: [
    ['text', 'text'],
    [' with blanks ', ' with blanks '],
    ['on', 'on'],
    ['0123', '0123'],
  ],
};
const commandLine: Row = {
  good: [
    [' vault read "a b" ', ' vault read "a b" '],
    ['/opt/keys', '/opt/keys'],
  ],
  bad: [`a 'b`, `'a b`],
  allowed: "a command line in which each ' is closed by another one",
};
const anyUrl: Row = {
  good: [
    ['http://host:1', 'http://host:1'],
    [' host ', 'host'],
  ],
};
const autoWords = (words: readonly string[], allowed: string): Row => ({
  good: words.map((word) => [word.toUpperCase(), word] as const),
  bad: [...(words.includes('none') ? [] : ['none']), 'true', words.join(' ')],
  allowed,
});
const anyMap: Row = {
  good: [
    ['a=b', new Map([['a', 'b']])],
    [
      'a=b, c = d=e',
      new Map([
        ['a', 'b'],
        ['c', 'd=e'],
      ]),
    ],
    [
      '{"a":"b,c","d":1}',
      new Map([
        ['a', 'b,c'],
        ['d', '1'],
      ]),
    ],
  ],
  bad: ['a', '=b', 'a=b,a=c', 'a=b,', '{', '{"a":{}}'],
  allowed: 'name=value,name=value, each name once',
};
const anyRate: Row = {
  good: [
    ['50MB', [{ minute: 0, perSecond: 50 * MiB }]],
    ['off', [{ minute: 0, perSecond: undefined }]],
    [
      'Mon-08:00,10MB Mon-19:00,off',
      [
        { minute: 480, perSecond: 10 * MiB },
        { minute: 1140, perSecond: undefined },
      ],
    ],
  ],
  bad: ['0', 'fast', '10', '2TB', '24:00,1MB', '08:60,1MB', '08:00,1MB 08:00,2MB', '08:00,', '08:00,1'],
  allowed: 'a rate such as 50MB (64KB to 1TB a second), or a timetable such as 08:00,10MB 19:00,off',
};
const notNumbers = ['-1', '1.5', '1e3', 'ten', '0x10', '1 2', '9'.repeat(16), '+1'];
const notSizes = ['-1', 'ten', '1e3', '10 XB', '10MBB', 'MB', '9'.repeat(30)];

/** The rows of the first site, and of all that is not of a site. */
const FIRST: Readonly<Record<Exclude<OptionName, `remote_${string}`>, Row>> = {
  bucket: {
    good: [
      ['backups', 'backups'],
      ['My_Backups', 'My_Backups'],
      ['0a.b-c', '0a.b-c'],
      ['tenant:b', 'tenant:b'],
      ['arn:aws:s3:us-west-2:123456789012:accesspoint/x', 'arn:aws:s3:us-west-2:123456789012:accesspoint/x'],
    ],
    bad: [' with blanks ', 'a/b', '-a', 'ü', 'a:b:c', 'a:'],
    allowed:
      'letters, digits, dots, hyphens and underscores, with TENANT: in front for Ceph; or the ARN of an access point',
  },
  folder: {
    good: [
      ['a b/c+d', 'a b/c+d'],
      ['/', '/'],
      ['a//./b', 'a//./b'],
      ['...', '...'],
    ],
    bad: ['..', 'a/../b', '../b', 'a/..', 'a\tb', 'a\0b', 'a\u009fb', 'a\n/..'],
    allowed: 'a path without ".." parts and control characters',
  },
  region: {
    good: [['eu-west_1', 'eu-west_1']],
    bad: ['eu west', 'x@y', 'eu/west', 'eu.example'],
    allowed: 'letters, digits, hyphens and underscores',
  },
  endpoint: anyUrl,
  endpoint_source: anyUrl,
  aws_access_key_id: anyText,
  aws_secret_access_key: anyText,
  aws_session_token: anyText,
  encryption: onOff,
  http_proxy: anyUrl,
  backup_max_concurrent_requests: {
    good: [
      ['1', 1],
      ['1000', 1000],
      [' 7 ', 7],
      ['007', 7],
    ],
    bad: ['0', ...notNumbers],
    clamped: [['1001', 1000, '1000']],
    allowed: 'a whole number, at least 1 and at most 1000',
  },
  backup_multipart_chunksize: {
    good: [
      ['5MB', 5 * MiB],
      ['4GB', 4 * GiB],
      ['500 MB', 500 * MiB],
      ['5242880', 5 * MiB],
      ['10M', 10 * MiB],
      ['10 megabytes', 10 * MiB],
    ],
    bad: ['4MB', '5242879', ...notSizes],
    clamped: [
      ['5368709121', 4 * GiB, '4GB'],
      ['6GB', 4 * GiB, '4GB'],
    ],
    allowed: 'a size such as 10MB or 1GB, at least 5MB and at most 4GB',
  },
  restore_max_concurrent_requests: {
    good: [
      ['1', 1],
      ['1000', 1000],
    ],
    bad: ['0', ...notNumbers],
    clamped: [['1001', 1000, '1000']],
    allowed: 'a whole number, at least 1 and at most 1000',
  },
  restore_multipart_chunksize: {
    good: [
      ['64KB', 64 * KiB],
      ['2GB', 2 * GiB],
    ],
    bad: notSizes,
    clamped: [
      ['10GB', 2 * GiB, '2GB'],
      ['65535', 64 * KiB, '64KB'],
    ],
    allowed: 'a size such as 10MB or 1GB, at least 64KB and at most 2GB',
  },
  remove_duplicate_bucket: {
    good: [
      ['true', true],
      ['false', false],
      ['True', true],
    ],
    bad: ['on', 'off', 'yes', '1'],
    allowed: 'true or false',
  },
  logger_verbosity: {
    good: [
      ['error', 'error'],
      ['INFO', 'info'],
      ['verbose', 'verbose'],
      ['debug', 'debug'],
    ],
    bad: ['warn', 'all', '2'],
    allowed: 'error, info, verbose or debug',
  },
  statistics: onOff,
  max_request_retries: {
    good: [
      ['0', 0],
      ['1000', 1000],
    ],
    bad: ['1001', ...notNumbers],
    allowed: 'a whole number, at least 0 and at most 1000',
  },
  restore_subset: onOff,
  retry_timeout: {
    good: [
      ['1s', 1000],
      ['90', 90_000],
      ['10m', 600_000],
      ['24h', 86_400_000],
    ],
    bad: ['0', '999ms', '25h', '-1', '1.5h', 'soon', '2d'],
    allowed: 'a duration such as 90s or 10m, at least 1 s and at most 1440 min',
  },
  max_memory: {
    good: [
      ['96MB', 96 * MiB],
      ['4GB', 4 * GiB],
    ],
    bad: ['95MB', ...notSizes],
    allowed: 'a size such as 10MB or 1GB, at least 96MB',
  },
  max_upload_parts: {
    good: [
      ['1', 1],
      ['10000', 10_000],
    ],
    bad: ['0', '10001', ...notNumbers],
    allowed: 'a whole number, at least 1 and at most 10000',
  },
  url_style: autoWords(['auto', 'path', 'virtual'], 'auto, path or virtual'),
  dual_stack: autoWords(['auto', 'on', 'off'], 'auto, on or off'),
  payload_signing: autoWords(['auto', 'on', 'off'], 'auto, on or off'),
  checksum: autoWords(['auto', 'crc32', 'off'], 'auto, crc32 or off'),
  ca_file: anyText,
  verify_tls: onOff,
  upload_secrets: onOff,
  fips: onOff,
  accelerate: onOff,
  credential_source: {
    good: [
      ['auto', 'auto'],
      ['Web_Identity', 'web_identity'],
    ],
    bad: ['iam', 'sso'],
    allowed: 'auto, keys, environment, profile, role, web_identity, process, container or instance',
  },
  aws_profile: anyText,
  aws_shared_credentials_file: anyText,
  aws_config_file: anyText,
  role_arn: {
    good: [['arn:aws:iam::123456789012:role/backup', 'arn:aws:iam::123456789012:role/backup']],
    bad: ['backup', 'arn:aws:iam::1:role/a b'],
    allowed: 'the ARN of a role, such as arn:aws:iam::123456789012:role/backup',
  },
  role_external_id: {
    good: [['a:b/c', 'a:b/c']],
    bad: ['a', 'a b'],
    allowed: '2 to 1224 letters, digits and characters of _+=,.@:/\\-',
  },
  role_session_name: {
    good: [['gp@host', 'gp@host']],
    bad: ['a', 'a/b'],
    allowed: '2 to 64 letters, digits and characters of _+=,.@-',
  },
  role_session_duration: {
    good: [
      ['15m', 900_000],
      ['12h', 43_200_000],
    ],
    bad: ['14m', '13h'],
    allowed: 'a duration such as 90s or 10m, at least 15 min and at most 720 min',
  },
  sts_endpoint: anyUrl,
  web_identity_token_file: anyText,
  credential_process: commandLine,
  credential_cache: onOff,
  aws_access_key_id_file: anyText,
  aws_secret_access_key_file: anyText,
  aws_secret_access_key_command: commandLine,
  aws_session_token_file: anyText,
  http_proxy_password_file: anyText,
  ca_path: anyText,
  client_cert_file: anyText,
  client_key_file: anyText,
  client_key_password_file: anyText,
  tls_min_version: {
    good: [
      ['1.2', '1.2'],
      ['1.3', '1.3'],
    ],
    bad: ['1.1', 'TLSv1.2', '1'],
    allowed: '1.2 or 1.3',
  },
  no_proxy: anyText,
  request_headers: anyMap,
  backup_bandwidth_limit: anyRate,
  restore_bandwidth_limit: anyRate,
  sse: {
    good: [
      ['AES256', 'AES256'],
      ['AWS:KMS', 'aws:kms'],
    ],
    bad: ['kms', 'on'],
    allowed: 'AES256, aws:kms or aws:kms:dsse',
  },
  sse_kms_key_id: {
    good: [['alias/backup', 'alias/backup']],
    bad: ['a b'],
    allowed: 'ASCII letters, digits and punctuation, without spaces',
  },
  sse_kms_encryption_context: anyMap,
  sse_bucket_key: onOff,
  sse_customer_key_file: anyText,
  storage_class: {
    good: [['STANDARD_IA', 'STANDARD_IA']],
    bad: ['standard_ia', 'A B'],
    allowed: 'the name of a storage class, in capitals',
  },
  storage_class_min_size: {
    good: [
      ['0', 0],
      ['128KB', 128 * KiB],
    ],
    bad: notSizes,
    allowed: 'a size such as 10MB or 1GB',
  },
  tags: anyMap,
  acl: {
    good: [['bucket-owner-full-control', 'bucket-owner-full-control']],
    bad: ['owner', 'on'],
    allowed:
      'private, public-read, public-read-write, authenticated-read, aws-exec-read, bucket-owner-read or bucket-owner-full-control',
  },
  object_lock_mode: {
    good: [['governance', 'GOVERNANCE']],
    bad: ['on', 'legal'],
    allowed: 'GOVERNANCE or COMPLIANCE',
  },
  object_lock_retention: {
    good: [
      ['30d', 30 * 86_400_000],
      ['1h', 3_600_000],
    ],
    bad: ['59m', '36501d'],
    allowed: 'a duration such as 90s or 10m, at least 60 min and at most 36500 d',
  },
  object_lock_legal_hold: onOff,
  bypass_governance_retention: onOff,
  write_once: autoWords(['auto', 'on', 'off'], 'auto, on or off'),
  requester_pays: onOff,
  expected_bucket_owner: {
    good: [['012345678901', '012345678901']],
    bad: ['1', 'acme'],
    allowed: 'the 12 digits of an AWS account id, in quotes',
  },
  replication: onOff,
  restore_failover: onOff,
  restore_from_archive: {
    good: [['Bulk', 'bulk']],
    bad: ['on', 'glacier'],
    allowed: 'off, standard, bulk or expedited',
  },
  pgport: anyText,
  backup_plugin_version: anyText,
  password_encryption: onOff,
  gpbackup_s3_plugin: anyText,
};

/** An option of the second site takes what its twin takes; some take `none` as well. */
function rowOf(name: OptionName): Row {
  const twin = name.replace(/^remote_/, '') as keyof typeof FIRST;
  const row = FIRST[twin];
  const { choices = [] }: OptionDefinition = OPTIONS[name];
  if (!name.startsWith('remote_') || !choices.includes('none')) return row;
  return autoWords(choices, `${row.allowed?.replace(' or ', ', ')} or none`);
}
const TABLE = Object.fromEntries(OPTION_NAMES.map((name) => [name, rowOf(name)])) as Readonly<
  Record<OptionName, Row>
>;

describe.each(OPTION_NAMES.map((name) => [name] as const))('%s', (name) => {
  const { good, bad = [], allowed, clamped = [] } = TABLE[name];
  const definition: OptionDefinition = OPTIONS[name];

  test('takes what is allowed and refuses the rest, saying what is allowed', () => {
    for (const [text, value] of good) expect(checkOption(definition, text)).toEqual({ value });
    for (const [text, value, instead] of clamped) {
      expect(checkOption(definition, text)).toEqual({ value, instead });
    }
    for (const text of bad) expect(checkOption(definition, text)).toEqual({ allowed: allowed ?? '' });
  });

  test('has a default that is allowed, where it has one, and a summary of one sentence or more', () => {
    const { fallback, summary } = definition;
    if (fallback !== undefined) expect(checkOption(definition, fallback)).toHaveProperty('value');
    expect(summary).toMatch(/^\S.{10,}\.$/);
  });
});
