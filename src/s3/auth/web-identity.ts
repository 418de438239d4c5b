import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { systemReason } from '../../base/system-error.ts';
import { type Found, NotSet, type Source, SourceError, type SourceParts, variable } from './source.ts';
import type { Role } from './sts.ts';

/** The role that AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE name, as EKS sets them (IRSA). */
export const webIdentityKeys: Source = async (parts, signal) => {
  const file = variable(parts, 'AWS_WEB_IDENTITY_TOKEN_FILE');
  const arn = variable(parts, 'AWS_ROLE_ARN');
  if (file === undefined) return new NotSet('AWS_WEB_IDENTITY_TOKEN_FILE not set');
  if (arn === undefined) throw new SourceError('AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN');
  return await roleByToken(parts, signal, file, {
    arn,
    sessionName: variable(parts, 'AWS_ROLE_SESSION_NAME'),
  });
};

/** The role for the token in a file. Kubernetes replaces the token every hour: it is read for each try. */
export async function roleByToken(
  parts: SourceParts,
  signal: AbortSignal,
  file: string,
  role: Role,
): Promise<Found> {
  const { assumeRoleWithWebIdentity } = await import('./sts.ts');
  return await assumeRoleWithWebIdentity(parts, signal, role, () => readToken(file));
}

function readToken(file: string): string {
  const path = file.replace(/^~(?=\/)/, homedir());
  let token: string;
  try {
    token = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new SourceError(`the web identity token file ${path} can't be read: ${systemReason(cause)}`, {
      cause,
    });
  }
  if (token === '') throw new SourceError(`the web identity token file ${path} is empty`);
  return token;
}
