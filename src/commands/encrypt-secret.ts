import { hasControls } from '../base/control-characters.ts';
import { PluginError, UsageError } from '../base/plugin-error.ts';
import { PROGRAM } from '../base/product.ts';
import { readRawConfig } from '../config/load.ts';
import { decrypt } from '../config/openpgp/decrypt.ts';
import { encrypt } from '../config/openpgp/encrypt.ts';
import { OpenPgpError } from '../config/openpgp/openpgp-error.ts';
import { OPTION_NAMES, OPTIONS } from '../config/options.ts';
import { encryptedBytes } from '../config/outside/encrypted-text.ts';
import { findOrMakeKey } from '../config/outside/make-key.ts';
import type { CommandResult } from '../output/result.ts';
import { askSecret } from '../process/ask-secret.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';

const ENCRYPTABLE = OPTION_NAMES.filter((name) => OPTIONS[name].kind === 'secret' && name !== PROGRAM);

/**
 * `encrypt_secret CONFIG [OPTION]`: asks for a secret and prints it as it is written in the config file with
 * password_encryption. The key is the one that gpbackup adds then; it is made where there is none, and never printed.
 */
export async function encryptSecret(
  {
    args: { config: configPath, option = 'aws_secret_access_key' },
  }: CommandInput<{ config: string; option?: string | undefined }>,
  { environment, signal, log }: CommandContext,
): Promise<CommandResult> {
  if (!ENCRYPTABLE.some((name) => name === option)) {
    throw new UsageError(`"${option}" can't be encrypted: must be ${ENCRYPTABLE.join(' or ')}`);
  }
  const { options } = await readRawConfig(configPath);
  const secret = await askSecret(`the value of ${option}`, signal);
  if (hasControls(secret))
    throw new PluginError('the secret contains control characters: nothing is changed');
  const { key, path, isNew } = await findOrMakeKey(environment);
  const message = await encrypt(secret, key);
  log.info(`${option} was encrypted with ${isNew ? 'a new key' : 'the key'} in ${path}`);
  const lines = ['password_encryption: on', `${option}: ${Buffer.from(message).toString('hex')}`];
  return {
    kind: 'lines',
    lines: lines.map((line) => `  ${line}`),
    remarks: [
      isNew
        ? `a new key is in ${path}: keep a copy of that file, encrypted values are lost without it`
        : `encrypted with the key in ${path}`,
      ...(await otherProblems(options, option, key)),
      `put these lines under "options:" of ${configPath}`,
    ],
  };
}

/** What else of the file does not fit to the encrypted value. */
async function otherProblems(
  options: ReadonlyMap<string, string>,
  option: string,
  key: string,
): Promise<readonly string[]> {
  const sources = [`${option}_file`, `${option}_command`].filter((name) => (options.get(name) ?? '') !== '');
  const problems = sources.map((name) => `remove "${name}", which is another source of the same secret`);
  for (const name of ENCRYPTABLE) {
    const message = encryptedBytes(options.get(name) ?? '');
    if (name === option || message === undefined) continue;
    try {
      await decrypt(message, key);
    } catch (error) {
      if (!(error instanceof OpenPgpError)) throw error;
      problems.push(`the value of "${name}" ${error.message}: encrypt it again`);
    }
  }
  return problems;
}
