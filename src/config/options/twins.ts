import type { OptionDefinition } from './definition.ts';
import { NETWORK } from './network.ts';
import { OBJECTS } from './objects.ts';
import { PLACE } from './place.ts';
import { REMOTE } from './second-site.ts';
import { SECRETS } from './secrets.ts';
import { SIGN_IN } from './sign-in.ts';

const FIRST = { ...PLACE, ...SIGN_IN, ...SECRETS, ...NETWORK, ...OBJECTS } as const;

/**
 * The options that each site may have its own value of: where it is, who signs in, and how its objects are stored. All
 * others are of the process and count for both.
 */
export const TWINS = [
  'region',
  'endpoint',
  'endpoint_source',
  'encryption',
  'remove_duplicate_bucket',
  'url_style',
  'dual_stack',
  'fips',
  'accelerate',
  'ca_file',
  'verify_tls',
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_access_key_id_file',
  'aws_secret_access_key_file',
  'aws_secret_access_key_command',
  'aws_session_token_file',
  'credential_source',
  'aws_profile',
  'role_arn',
  'role_external_id',
  'sts_endpoint',
  'web_identity_token_file',
  'credential_process',
  'sse',
  'sse_kms_key_id',
  'sse_kms_encryption_context',
  'sse_bucket_key',
  'sse_customer_key_file',
  'storage_class',
  'tags',
  'acl',
  'object_lock_mode',
  'object_lock_retention',
  'object_lock_legal_hold',
  'requester_pays',
  'expected_bucket_owner',
] as const satisfies readonly (keyof typeof FIRST)[];

/** What the first site asks of its objects, and the second need not have. */
export const NONE = 'none';
export const MAY_BE_NONE = ['sse', 'acl', 'object_lock_mode'] as const;

type TwinName = (typeof TWINS)[number];
type NoneName = (typeof MAY_BE_NONE)[number];

/** The definition of a twin: nothing is a must and nothing has a default but what the first site has. */
type TwinOf<N extends TwinName> = Omit<(typeof FIRST)[N], 'fallback' | 'required' | 'origin' | 'summary'> & {
  readonly origin: 'new';
  readonly summary: string;
} & (N extends NoneName
    ? {
        readonly choices: readonly (
          | Extract<(typeof FIRST)[N], { choices: unknown }>['choices'][number]
          | 'none'
        )[];
      }
    : unknown);

type Twins = { readonly [N in TwinName as `remote_${N}`]: TwinOf<N> };

/** What is said of a twin beyond "the same"; an address is the second site's alone as soon as one of its options is. */
const SUMMARIES: Partial<Readonly<Record<TwinName, string>>> = {
  region:
    'The region of the second site. Without `remote_endpoint` the second site is then AWS. Default: as the first site, if `remote_endpoint` is not set either.',
  endpoint:
    'The address of the server of the second site. Default: as the first site, if `remote_region` is not set either.',
  encryption: 'The same as `encryption`, for the second site.',
  aws_access_key_id:
    'The access key id for the second site. Default: all keys as for the first site, unless another `remote_` option says where keys come from.',
};

function twin(name: TwinName): OptionDefinition {
  const { fallback: _fallback, required: _required, ...first }: OptionDefinition = FIRST[name];
  const isNoneToo = (MAY_BE_NONE as readonly string[]).includes(name);
  return {
    ...first,
    ...(isNoneToo && first.choices !== undefined ? { choices: [...first.choices, NONE] } : {}),
    origin: 'new',
    summary:
      SUMMARIES[name] ??
      `The same as \`${name}\`, for the second site.${isNoneToo ? ' `none`: nothing, whatever the first site has.' : ''}`,
  };
}

/** What the second site may have its own value of. Loaded for files that have a second site, and for documents. */
export const REMOTE_OPTIONS = Object.fromEntries(
  TWINS.map((name) => [`${REMOTE}${name}`, twin(name)]),
) as Twins;
