import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { codeOf } from '../base/plugin-error.ts';
import { VERSION } from '../base/product.ts';
import type { ConnectionConfig, HostSignIn } from '../config/config.ts';
import { sha256Hex } from '../s3/auth/signer.ts';

/** All that decides which keys a sign-in gives. */
export interface SignInFacts {
  readonly signIn: HostSignIn;
  readonly connection: Pick<ConnectionConfig, 'address' | 'tls' | 'proxy' | 'noProxy'>;
  /** Of the store, where it is known. */
  readonly region: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Variables that the sources read, or the way to them. */
const DECIDING = /^AWS_|^SSL_CERT_|_proxy$/i;

/** Whether a service or a command may be asked, whose answer has an end. */
export function givesTemporaryKeys({ signIn, environment }: SignInFacts): boolean {
  const { source, role, profile, webIdentityTokenFile, process: command } = signIn;
  if (role !== undefined) return true;
  if (source === 'keys' || source === 'environment') return false;
  if (source !== 'auto' || (profile.name ?? webIdentityTokenFile ?? command) !== undefined) return true;
  // Those of the environment come first, and each process has its own.
  const isSet = (...names: string[]): boolean => names.some((name) => (environment[name] ?? '') !== '');
  return !(isSet('AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY') && isSet('AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY'));
}

/**
 * Distinguishes a sign-in from all others on this host and tells nothing of it. Processes share keys only when nothing
 * differs that decides them. Secrets, and files with secrets, go into the hash and nowhere else.
 */
export function signInId({ signIn, connection, region, environment }: SignInFacts): string {
  const home = environment['HOME'] || homedir();
  const { address, tls, proxy, noProxy } = connection;
  const { source, keys, webIdentityTokenFile: tokenFile, process: command } = signIn;
  const isOpen = source === 'auto' || source === 'role' || source === 'profile';
  const files = isOpen ? profileFilesOf(signIn, environment, home).map((path) => contentOf(path)) : [];
  const isSearched =
    (command !== undefined && !command.reveal().startsWith('/')) ||
    files.some((text) => text.includes('credential_process'));
  const variables = Object.keys(environment)
    .filter((name) => DECIDING.test(name))
    .toSorted();
  const decides = [
    VERSION,
    // Instance metadata and containers answer by where they are asked from.
    networkOf(),
    process.geteuid?.(),
    { ...signIn, cache: undefined },
    [keys?.secretAccessKey.reveal(), keys?.sessionToken?.reveal(), command?.reveal()],
    // A relative path is another file in another folder.
    tokenFile === undefined || /^[~/]/.test(tokenFile) ? tokenFile : resolve(tokenFile),
    [address.dualStack, address.fips, address.region, region],
    // Who is trusted, and which way leads to it.
    [tls, proxy?.reveal(), noProxy],
    home,
    variables.map((name) => [name, environment[name]]),
    files,
    // Where a command is searched for.
    isSearched ? [environment['PATH'], process.cwd()] : undefined,
  ];
  return sha256Hex(JSON.stringify(decides)).slice(0, 32);
}

function profileFilesOf(
  { profile }: HostSignIn,
  environment: SignInFacts['environment'],
  home: string,
): readonly string[] {
  const pathOf = (set: string | undefined, variable: string, usual: string): string => {
    const named = set ?? environment[variable] ?? '';
    return named === '' ? join(home, '.aws', usual) : named.replace(/^~(?=\/)/, () => home);
  };
  return [
    pathOf(profile.configFile, 'AWS_CONFIG_FILE', 'config'),
    pathOf(profile.credentialsFile, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials'),
  ];
}

function contentOf(path: string): string {
  try {
    // Most hosts have neither file, and an error costs more than a look.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return `${path}: none`;
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Whoever asks for keys tells what is wrong with it.
    return `${path}: ${codeOf(error)}`;
  }
}

function networkOf(): string {
  try {
    return readlinkSync('/proc/self/ns/net');
  } catch {
    return '';
  }
}
