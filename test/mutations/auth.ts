import { mutationsOf } from './mutation.ts';

/** Where the keys come from, and how long they serve. */
export const AUTH = [
  ...mutationsOf(
    'src/s3/auth/renewing.ts',
    ['test/s3/auth/renewing.test.ts'],
    [
      {
        name: 'temporary credentials are kept until they have expired',
        find: 'RENEW_BEFORE = 300_000',
        replace: 'RENEW_BEFORE = -86_400_000',
      },
      {
        name: 'temporary credentials are asked for with each request',
        find: 'at < old.expires - margin || at < notBefore',
        replace: 'at < notBefore',
      },
      {
        name: 'keys that live five minutes are asked for with each request',
        find: 'lastLife * SHARE < RENEW_BEFORE ? Math.min(RENEW_BEFORE, life * SHARE) : RENEW_BEFORE',
        replace: 'RENEW_BEFORE',
      },
      {
        name: 'requests go on with keys that may end on their way',
        find: 'isShort ? since + SHORT_WAIT - at : Math.min(LONG_WAIT, left)',
        replace: 'since + SHORT_WAIT - at',
      },
      {
        name: 'each of many requests at once asks for credentials',
        find: 'asking ??= start(signal);',
        replace: 'asking = start(signal);',
      },
      {
        name: 'one failed question for credentials is the answer to all',
        find: '(error: unknown) => {',
        replace: `(error: unknown) => {
        if (error !== null) throw error;`,
      },
      {
        name: 'a source that fails is asked again by each request',
        find: ' || at < notBefore)',
        replace: ')',
      },
      {
        name: 'credentials that can’t be renewed end at once',
        find: 'if (old !== undefined && now() < old.expires && old === found) return old.credentials;',
        replace: '',
      },
      {
        name: 'all requests stand still while a source is slow',
        find: 'await within(wait, untilAborted(task, signal))',
        replace: 'await untilAborted(task, signal)',
      },
      {
        name: 'new credentials are thrown away by a late answer about the old ones',
        find: 'if (found?.credentials !== expired) return;',
        replace: '',
      },
      {
        name: 'a signal does not end the wait for credentials',
        find: 'const fresh = await untilAborted(task, signal);',
        replace: 'const fresh = await task;',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/given-keys.ts',
    ['test/s3/auth/given-keys.test.ts'],
    [
      {
        name: 'the session token of temporary credentials is lost',
        find: 'sessionToken: keys.token === undefined ? undefined : new Secret(keys.token)',
        replace: 'sessionToken: undefined',
      },
      { name: 'keys that have expired are taken', find: 'if (left <= 0) {', replace: 'if (left === null) {' },
      {
        name: 'a wrong clock of this host decides when keys end',
        find: 'end - (Number.isNaN(there) ? now : there)',
        replace: 'end - now',
      },
      {
        name: 'keys without an end are given up at once',
        find: 'end === undefined ? Number.POSITIVE_INFINITY',
        replace: 'end === undefined ? 0',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/profile-files.ts',
    ['test/s3/auth/profile-files.test.ts'],
    [
      {
        name: 'a comment behind a key becomes a part of it',
        find: "value.replace(/\\s+[#;].*$/, '').trim()",
        replace: 'value.trim()',
      },
      {
        name: 'a profile in two sections of a file loses the first',
        find: 'sections.get(name) ?? new Map<string, string>()',
        replace: 'new Map<string, string>()',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/host-credentials.ts',
    ['test/program/sign-in-options.test.ts'],
    [
      {
        name: 'role_arn is not assumed',
        find: 'role: role === undefined || tokenRole !== undefined ? undefined : roleOf(role)',
        replace: 'role: undefined',
      },
      {
        name: 'a role is assumed for a second time with its own keys',
        find: 'role === undefined || tokenRole !== undefined ? undefined : roleOf(role)',
        replace: 'role === undefined ? undefined : roleOf(role)',
      },
      {
        name: 'sts_endpoint is not used',
        find: 'sts: stsEndpoint === undefined ? undefined',
        replace: 'sts: stsEndpoint !== undefined ? undefined',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/chain.ts',
    ['test/program/sign-in-options.test.ts'],
    [
      {
        name: 'keys of the environment come before those of the file',
        find: "if (keys !== undefined) return ['keys'];",
        replace: '',
      },
      {
        name: 'AWS_PROFILE or keys of the environment come before aws_profile',
        find: "if (profile !== undefined) return ['profile'];",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/host-sign-in.ts',
    ['test/config/sign-in.test.ts'],
    [
      {
        name: 'options that each say where the keys come from are taken',
        find: 'isOpen && set.length > 1',
        replace: '!isOpen && set.length > 1',
      },
      {
        name: 'a named source may lack the option that it needs',
        find: 'if (read[name] === undefined) problems.push(`option "credential',
        replace: 'if (name === undefined) problems.push(`option "credential',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/environment.ts',
    ['test/program/sign-in.test.ts'],
    [
      {
        name: 'the session token of the environment is lost',
        find: "const token = variable(parts, 'AWS_SESSION_TOKEN');",
        replace: 'const token: string | undefined = undefined;',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/instance.ts',
    ['test/program/sign-in.test.ts'],
    [
      {
        name: 'instance metadata is asked through a proxy',
        find: 'direct: true,',
        replace: 'direct: false,',
      },
      {
        name: 'instance metadata is asked without a token where that is forbidden',
        find: "if (isTrue(variable(parts, 'AWS_EC2_METADATA_V1_DISABLED'))) {",
        replace: "if (base === '') {",
      },
      {
        name: 'a token that instance metadata has forgotten is used on',
        find: 'if (unknown) token = await tokenOf(service);',
        replace: '',
      },
      {
        name: 'an instance that has no tokens gives no keys',
        find: '![403, 404, 405].includes(cause.status)',
        replace: 'cause.status > 0',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/container.ts',
    ['test/program/sign-in.test.ts'],
    [
      {
        name: 'the token of a container goes to any host over http',
        find: "url.protocol !== 'https:' && !near",
        replace: "url.protocol === '' && !near",
      },
      {
        name: 'the token of a container is not sent',
        find: 'return { authorization: token };',
        replace: 'return {};',
      },
    ],
  ),
  ...mutationsOf(
    'src/base/run-command.ts',
    ['test/program/sign-in-profile.test.ts', 'test/base/run-command.test.ts'],
    [
      {
        name: 'a credential_process outlives the signal that ended its plugin',
        find: 'if (!ended) endGroup(child.pid);',
        replace: '',
      },
      {
        name: 'a command gets what the launcher sets for the program',
        find: 'value !== undefined && !own.test(name)',
        replace: 'value !== undefined',
        tests: ['test/base/run-command.test.ts'],
      },
      {
        name: 'a command is waited for until its last child has closed its output',
        find: 'await within(LAST_OUTPUT, Promise.all([output.ended, errors.ended]));',
        replace: 'await Promise.all([output.ended, errors.ended]);',
        tests: ['test/base/run-command.test.ts'],
      },
      {
        name: 'a credential_process runs on when its plugin has ended',
        find: "process.once('exit', atExit);",
        replace: '',
        tests: ['test/program/sign-in-options.test.ts'],
      },
      {
        name: 'a credential_process that failed counts as one that succeeded',
        find: 'if (status === 0) return output.text();',
        replace: 'return output.text();',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/profile.ts',
    ['test/program/sign-in-profile.test.ts', 'test/program/sign-in-role.test.ts'],
    [
      {
        name: 'AWS_PROFILE is not used',
        find: "variable(parts, 'AWS_PROFILE') ?? ",
        replace: '',
        tests: ['test/program/sign-in-profile.test.ts'],
      },
      {
        name: 'the session token of a profile is lost',
        find: "profile.get('aws_session_token'));",
        replace: 'undefined);',
        tests: ['test/program/sign-in-profile.test.ts'],
      },
      {
        name: 'profiles that name each other are followed for ever',
        find: 'before.includes(name) && (id === undefined',
        replace: 'before.includes(arguments[0] as never) && (id === undefined',
        tests: ['test/program/sign-in-profile.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/sts.ts',
    ['test/program/sign-in-role.test.ts'],
    [
      {
        name: 'the external id of a role is not sent',
        find: 'ExternalId: role.externalId',
        replace: 'ExternalId: undefined',
      },
      {
        name: 'an STS elsewhere is asked in a region of AWS',
        find: 'regionIn(url.hostname), set?.region',
        replace: 'regionIn(url.hostname)',
        tests: ['test/program/sign-in-options.test.ts'],
      },
      {
        name: 'an answer of STS that is cut is shown with the keys in it',
        find: '`its answer is not a whole ${root} in XML`',
        replace: 'text.slice(0, 80)',
        tests: ['test/program/sign-in-options.test.ts'],
      },
      {
        name: 'a role is asked for by a wrong clock',
        find: 'clock.offset = offset;',
        replace: '',
        tests: ['test/program/sign-in-options.test.ts'],
      },
      {
        name: 'the answer of STS without a token is taken',
        find: "id === '' || secret === '' || token === ''",
        replace: "id === ''",
        tests: ['test/program/sign-in-options.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/web-identity.ts',
    ['test/program/sign-in-role.test.ts'],
    [
      {
        name: 'a web identity token that was replaced meanwhile is not read again',
        find: '() => readToken(path)',
        replace: `(
    (token) => () => token
  )(readToken(path))`,
      },
    ],
  ),
  ...mutationsOf(
    'src/session/session.ts',
    ['test/program/sign-in-role.test.ts'],
    [
      {
        name: 'STS is asked in a region that AWS does not have',
        find: 'told !== undefined && isAwsRegion(told) ? told : undefined',
        replace: 'told',
      },
    ],
  ),
];
