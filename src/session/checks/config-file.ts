import type { Config } from '../../config/config.ts';
import { ConfigError } from '../../config/config-error.ts';
import { readRawConfig } from '../../config/load.ts';
import type { Finding } from '../../output/finding.ts';
import { exposures, modeOf } from '../warn-of-exposure.ts';
import { fail, ok, warn } from './findings.ts';

const WHAT = 'config';

/** All that is wrong with a config file, a finding each. */
export function configProblems({ problems, hint, failure }: ConfigError): readonly Finding[] {
  return problems.map((problem) => ({ ...fail(WHAT, problem, hint), failure }));
}

/** What a config file that can be used still deserves to hear, and who can read its secrets. */
export function configFindings(path: string, config: Config): readonly Finding[] {
  const { warnings, objects, connection } = config;
  const { address } = connection;
  const exposed = exposures(path, config);
  const findings: Finding[] = warnings.map((text) => warn(WHAT, text));
  if (findings.length === 0) findings.push(ok(WHAT, `${path} has no mistakes`));
  const mode = modeOf(path).toString(8).padStart(3, '0');
  const ofFile = exposed.filter(({ ofConfig }) => ofConfig);
  findings.push(
    ...(ofFile.length > 0
      ? ofFile.map(({ detail, hint }) => warn('config mode', detail, hint))
      : [ok('config mode', config.hasOwnSecrets ? mode : `${mode}; no secret is in the file`)]),
  );
  const secrets = exposed.filter(({ ofConfig }) => !ofConfig);
  findings.push(...secrets.map(({ detail, hint }) => warn('secrets', detail, hint)));
  const { customerKeyFile } = objects;
  if (customerKeyFile !== undefined && (modeOf(customerKeyFile) & 0o004) !== 0) {
    const detail = `every user of this host can read ${customerKeyFile} (sse_customer_key_file)`;
    findings.push(warn('secrets', detail, 'chmod 600 it'));
  }
  const { scheme, host } = address.endpoint ?? { scheme: address.awsScheme, host: '' };
  if (scheme === 'http' && !isLoopback(host)) {
    const hint = 'write https:// in endpoint, or leave out encryption: off';
    findings.push(warn('encryption', 'the data travels as plain http, which others can read', hint));
  }
  return findings;
}

/** The program that gpbackup will start; undefined where the file can't be read. */
export async function executableIn(path: string): Promise<string | undefined> {
  try {
    const { top } = await readRawConfig(path);
    const name = top.get('executablepath') ?? '';
    return name === '' ? undefined : name;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/i.test(host);
}
