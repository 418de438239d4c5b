import { expect, test } from 'bun:test';
import { inspect } from 'node:util';
import { assert, asyncProperty, constantFrom, nat, option, record, string, tuple } from 'fast-check';
import { ConfigError } from '../../src/config/config-error.ts';
import { normalise } from '../../src/config/normalise.ts';
import { parseRawConfig } from '../../src/config/parse-raw-config.ts';
import { mutated } from './config-files.ts';

const letter = constantFrom('a', 'Z', '0', '7', '/', '+', '=', '_', 'Q');
/** Long enough to be found nowhere by chance. */
const secret = string({ unit: letter, minLength: 12, maxLength: 24 }).map((text) => `s${text}s`);

const trouble = constantFrom(
  '',
  '  encryption: maybe\n',
  '  endpoint: ftp://x\n',
  '  colour: red\n',
  '  bucket: again\n',
  '  aws_access_key_id: [a]\n',
  '  broken\n',
  '  "open: x\n',
  '\tx: y\n',
);

test('no secret is ever in a problem, a warning or a text form of the config', async () => {
  await assert(
    asyncProperty(
      record({ key: secret, token: secret, password: secret, added: secret }),
      constantFrom('"', "'", ''),
      tuple(trouble, trouble),
      constantFrom('http://user:PW@proxy:1', 'socks://user:PW@proxy', 'http://user:PW@', 'user:PW@proxy:1'),
      option(
        tuple(nat(2000), constantFrom(0, 1), constantFrom('', ' ', '"', "'", '\n', '#', '\t', '{', '&', '-')),
      ),
      async (secrets, quote, [first, second], proxy, mutation) => {
        const quoted = (text: string): string => quote + text + quote;
        const text = `executablepath: /bin/gpbackup_s3_plugin
options:
  bucket: backups
  folder: gp
  region: eu-west-1
${first}  aws_access_key_id: AKIA
  aws_secret_access_key: ${quoted(secrets.key)}
  aws_session_token: ${quoted(secrets.token)}
${second}  http_proxy: ${quoted(proxy.replace('PW', secrets.password.replaceAll('/', '%2F')))}
  password_encryption: on
  gpbackup_s3_plugin: ${quoted(secrets.added)}
`;
        const normalised = await normalise(
          await parseRawConfig(mutation === null ? text : mutated(text, mutation)),
        );
        const problems = 'problems' in normalised ? normalised.problems : normalised.config.warnings;
        const error = new ConfigError('/tmp/config.yaml', problems);
        const shown = [
          problems.join('\n'),
          String(error),
          JSON.stringify(normalised),
          Bun.inspect(normalised, { depth: 10 }),
          inspect(normalised, { depth: 10, showHidden: true }),
        ].join('\n');
        for (const value of Object.values(secrets)) {
          // A mutation may cut a secret in two; neither half is to be seen.
          expect(shown).not.toContain(value.slice(0, 7));
          expect(shown).not.toContain(value.slice(-7));
        }
      },
    ),
    { numRuns: 1500 },
  );
});
