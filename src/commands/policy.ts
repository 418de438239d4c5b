import { isDeepStrictEqual } from 'node:util';
import { either } from '../base/either.ts';
import { UsageError } from '../base/plugin-error.ts';
import { printable } from '../base/printable.ts';
import { loadConfig } from '../config/load.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { ROLES, type Role, rolePolicy } from '../session/policies/role-policy.ts';

/** `policy CONFIG --role ROLE`: an IAM policy for the bucket, the folder and the options of a config file. */
export async function policy(
  {
    args: { config: path },
    flags,
  }: CommandInput<{ readonly config: string }, { readonly role?: string | undefined }>,
  context: CommandContext,
): Promise<Answer> {
  const role = roleOf(flags.role);
  const config = await loadConfig(path, context);
  const { second } = config;
  // Each site's keys need what is done at that site.
  const isOneUser =
    second === undefined || isDeepStrictEqual(second.connection.signIn, config.connection.signIn);
  const document = rolePolicy(role, isOneUser ? config : { ...config, second: undefined });
  return {
    kind: 'answer',
    data: document,
    text: () => [`${JSON.stringify(document, undefined, 2)}\n`],
    warnings: isOneUser
      ? []
      : ['this is for the keys of the first site: those of the second site are another user'],
  };
}

function roleOf(text: string | undefined): Role {
  const hint = 'usage: policy CONFIG --role backup|restore|delete|operator';
  if (text === undefined) throw new UsageError('policy needs --role', { hint });
  const role = ROLES.find((one) => one === text);
  if (role !== undefined) return role;
  throw new UsageError(`--role: "${printable(text)}" is not a role (expected ${either(ROLES, 'or')})`, {
    hint,
  });
}
