import { textOf } from './document.ts';
import { type Policy, withAction } from './policy.ts';
import { policyOf } from './roles.ts';

/** A row of the table "Options that need more" of docs/permissions.md. */
export interface Row {
  readonly option: string;
  readonly role: string;
  readonly actions: readonly string[];
}

/** The section of the table, to its end. */
export const [, SECTION = ''] = textOf('docs/permissions.md').split('## Options that need more\n');
export const ROWS: readonly Row[] = [
  ...SECTION.matchAll(/^\| `([^`]+)`[^|]* \| ([\w ]+) \| (`[^|]*) \|$/gm),
].map(([, option = '', role = '', cell = '']) => ({
  option,
  role,
  actions: [...cell.matchAll(/`(\w+:\w+)`/g)].map(([, action = '']) => action),
}));

/** The policy of the row's role, with what the row adds. */
export function grantedTo({ role, actions }: Row): Policy {
  const ofKey = actions.filter((action) => action.startsWith('kms:'));
  const plain = actions.filter((action) => !ofKey.includes(action)).reduce(withAction, policyOf(role));
  if (ofKey.length === 0) return plain;
  const statements = policyOf('KMS').Statement.map((one) => ({ ...one, Action: ofKey }));
  return { Statement: [...plain.Statement, ...statements] };
}
