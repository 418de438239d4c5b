import { readFileSync } from 'node:fs';
import { systemReason } from '../../base/system-error.ts';
import {
  type Found,
  NotSet,
  pathOf,
  type Role,
  type Source,
  SourceError,
  type SourceParts,
  variable,
} from './source.ts';

/** The role and the token file that are set, or as EKS sets them (IRSA): AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE. */
export const webIdentityKeys: Source = async (parts, signal) => {
  const { tokenFile, tokenRole } = parts.settings;
  const file = tokenFile ?? variable(parts, 'AWS_WEB_IDENTITY_TOKEN_FILE');
  const arn = variable(parts, 'AWS_ROLE_ARN');
  if (file === undefined) return new NotSet('AWS_WEB_IDENTITY_TOKEN_FILE not set');
  if (tokenRole !== undefined) return await roleByToken(parts, signal, file, tokenRole);
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
  const path = pathOf(parts, file);
  const { assumeRoleWithWebIdentity } = await import('./sts.ts');
  return await assumeRoleWithWebIdentity(parts, signal, role, () => readToken(path));
}

function readToken(path: string): string {
  let token: string;
  try {
    token = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new SourceError(`the web identity token file ${path} can't be read: ${systemReason(cause)}`, {
      cause,
      hint: 'the file must be there on every host, readable for the user that runs the database',
    });
  }
  if (token === '') throw new SourceError(`the web identity token file ${path} is empty`);
  return token;
}
