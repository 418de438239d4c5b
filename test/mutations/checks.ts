import { mutationsOf } from './mutation.ts';

const BUCKET = 'test/program/check-bucket.test.ts';
const WRITE = 'test/program/check-write.test.ts';
const HOSTS = 'test/program/check-hosts.test.ts';
const NETWORK = 'test/program/check-network.test.ts';
const ANSWERS = 'test/program/check-answers.test.ts';
const POLICIES = 'test/docs/printed-policies.test.ts';

/** What `check` finds, and what `policy` prints. */
export const CHECKS = [
  ...mutationsOf(
    'src/session/checks/settings.ts',
    [BUCKET],
    [
      {
        name: 'a rule that is switched off counts',
        find: 'enabled && !narrowed && root.startsWith(prefix)',
        replace: '!narrowed && root.startsWith(prefix)',
      },
      {
        name: 'a rule for certain tags counts as one for all objects',
        find: 'enabled && !narrowed && root.startsWith(prefix)',
        replace: 'enabled && root.startsWith(prefix)',
      },
      {
        name: 'a rule that deletes some of the backups is not seen',
        find: 'return one.startsWith(other) || other.startsWith(one);',
        replace: 'return other.startsWith(one);',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/checks/clock.ts',
    [NETWORK],
    [
      {
        name: 'a clock three minutes off is not seen',
        find: 'const NOTED = 60_000;',
        replace: 'const NOTED = 200_000;',
      },
      {
        name: 'a clock that is ahead is called late',
        find: "off > 0 ? 'ahead of' : 'behind'",
        replace: "off < 0 ? 'ahead of' : 'behind'",
      },
    ],
  ),
  ...mutationsOf(
    'src/session/checks/certificates.ts',
    [NETWORK],
    [
      {
        name: 'a certificate that ends soon is fine',
        find: 'const SOON = 30;',
        replace: 'const SOON = 5;',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/checks/written.ts',
    [WRITE],
    [
      {
        name: 'the large object of a check stays',
        find: 'const names = [key, `${key}_large`];',
        replace: 'const names = [key];',
      },
      {
        name: 'what a check has stored stays after Ctrl-C',
        find: 'await removeAll(session.client, session.signal.aborted || signal.aborted, key)',
        replace: 'await removeAll(session.client.with({ signal }), false, `${key}_none`)',
      },
      {
        name: 'an object of a check is locked',
        find: 'lock: undefined, legalHold: false',
        replace: 'legalHold: false',
      },
      {
        name: 'a large object is stored where it can not be deleted',
        find: "if (typeof lock === 'object') {",
        replace: "if (lock === 'none' && false) {",
      },
    ],
  ),
  ...mutationsOf(
    'src/session/checks/hosts.ts',
    [HOSTS],
    [
      {
        name: 'another config file on a host is not seen',
        find: '} else if (hash !== hashOf(configPath)) {',
        replace: '} else if (hash === undefined) {',
      },
      {
        name: 'another version on a host is not seen',
        find: '} else if (version !== VERSION) {',
        replace: "} else if (version === '') {",
      },
    ],
  ),
  ...mutationsOf(
    'src/session/checks/public-access.ts',
    [BUCKET],
    [
      {
        name: 'a bucket that everybody may list is fine',
        find: 'if (lists === true)',
        replace: 'if (lists === undefined)',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/hosts.ts',
    [HOSTS],
    [
      {
        name: 'a host name is an option of ssh',
        find: '/^[A-Za-z0-9._:@%][A-Za-z0-9._:@%-]*$/',
        replace: '/^[^ ;]*$/',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/checks/keys.ts',
    [BUCKET],
    [
      {
        name: 'the whole key id is shown',
        find: '`${id.slice(0, 4)}…${id.slice(-4)}`',
        replace: 'id',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/checks/last-backup.ts',
    [BUCKET],
    [
      {
        name: 'a backup of any age is young enough',
        find: 'age === undefined || age > maxAge',
        replace: 'age === undefined',
      },
      {
        name: 'a failed backup after the last good one is not seen',
        find: 'return latest === undefined\n',
        replace: 'return latest !== latest || true\n',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/checks/all.ts',
    ['test/program/check-second-site.test.ts'],
    [
      {
        name: 'a backup that was not replicated is not seen',
        find: 'if (there === here)',
        replace: 'if (there !== here)',
      },
    ],
  ),
  ...mutationsOf(
    'src/output/check-lines.ts',
    ['test/output/check-lines.test.ts', ANSWERS],
    [
      {
        name: 'a bar in a message begins the figures of Nagios',
        find: ".replaceAll('|', '/')",
        replace: '',
      },
      {
        name: 'a hostile detail of a check makes a line of its own',
        find: '${padded}  ${escapeControls(detail)}${end}',
        replace: '${padded}  ${detail}${end}',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/policies/policy-site.ts',
    [POLICIES],
    [
      {
        name: 'a policy reaches other folders by a star in the name of its own',
        find: 'text.replaceAll(/[*?$]/g',
        replace: 'text.replaceAll(/[?$]/g',
      },
      {
        name: 'a policy for China is for another partition',
        find: 'const arn = `arn:${partition}:s3::${tenant}:${name}`;',
        replace: 'const arn = `arn:aws:s3::${tenant}:${name}`;',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/policies/role-policy.ts',
    [POLICIES],
    [
      {
        name: 'a policy for write_once lets objects be replaced',
        find: "allow(['s3:PutObject'], objects, { Null: { 's3:if-none-match': 'false' } })",
        replace: "allow(['s3:PutObject'], objects)",
      },
      {
        name: 'lists of other folders are permitted',
        find: "allow(lists, site.bucket, { StringLike: { 's3:prefix': [site.prefixes] } })",
        replace: 'allow(lists, site.bucket)',
      },
    ],
  ),
];
