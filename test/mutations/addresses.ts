import { mutationsOf } from './mutation.ts';

/** Under which names requests go to which hosts. */
export const ADDRESSES = [
  ...mutationsOf(
    'src/base/aws-partitions.ts',
    ['test/s3/providers/partitions.test.ts', 'test/s3/aws-rules.test.ts', 'test/config/aws-hosts.test.ts'],
    [
      {
        name: 'China’s hosts are not found',
        find: "dnsSuffix: 'amazonaws.com.cn'",
        replace: "dnsSuffix: 'amazonaws.com'",
      },
      {
        name: 'fips is taken where no host answers',
        find: 'fipsS3: /^(us|ca)-/',
        replace: 'fipsS3: /./',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/providers/partitions.ts',
    ['test/s3/providers/partitions.test.ts', 'test/s3/aws-rules.test.ts'],
    [
      {
        name: 'dual_stack: off has no effect',
        find: "dualStack === 'auto' ? partitionOf(region).dualStackS3 : dualStack === 'on'",
        replace: 'partitionOf(region).dualStackS3',
      },
      {
        name: 'fips: on has no effect on S3',
        find: "`s3${fips ? '-fips' : ''}${both}",
        replace: '`s3${both}',
      },
      {
        name: 'fips: on has no effect on access points',
        find: "`s3-accesspoint${fips ? '-fips' : ''}",
        replace: '`s3-accesspoint',
      },
      {
        name: 'STS of GovCloud is asked at a name that does not exist',
        find: '`${fips ? fipsSts?.host :',
        replace: "`${fips ? 'sts-fips' :",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/address.ts',
    ['test/s3/aws-rules.test.ts', 'test/s3/address.test.ts', 'test/program/aws-hosts.test.ts'],
    [
      {
        name: 'the bucket of a tenant is signed as no server signs it',
        find: '`${path}/${uriEncode(bucket)}`',
        replace: '`${path}/${bucket}`',
      },
      {
        name: 'an access point is looked for in another region',
        find: 'host: `${accessPoint.name}-${accessPoint.account}.${above}`, root: path, aws: false }',
        replace: 'host: `${accessPoint.name}-${accessPoint.account}.${above}`, root: path, aws }',
      },
      {
        name: 'a key with a leading slash is sent to an accelerated host by its path',
        find: '{ ...choice, accelerate: false }',
        replace: 'choice',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/bucket.ts',
    ['test/config/bucket.test.ts'],
    [
      {
        name: 'a multi-region access point is asked without the signature it needs',
        find: "if (region === '' || name.endsWith('.mrap')) return NO_MULTI_REGION;",
        replace: '',
      },
      {
        name: 'an access point of another partition is asked',
        find: 'if (own !== partition)',
        replace: 'if (own === undefined)',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/request-headers.ts',
    ['test/config/request-headers.test.ts'],
    [
      {
        name: 'a header of the signature can be replaced',
        find: 'if (OWN.test(lower)) problem(',
        replace: 'if (OWN.test(name)) problem(',
      },
      {
        name: 'a header of which two are given is sent once',
        find: 'if (headers.has(lower)) problem(',
        replace: 'if (headers.has(name)) problem(',
      },
      {
        name: 'a part of a secret header is shown as its name',
        find: 'the name of header ${index + 1} has',
        replace: 'the name of header ${name} has',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/request-headers.ts',
    ['test/program/bucket-owner.test.ts', 'test/program/request-headers.test.ts'],
    [
      {
        name: 'requests to a Requester Pays bucket are refused',
        find: "(requesterPays ? { 'x-amz-request-payer': 'requester' } : {})",
        replace: '{}',
      },
      {
        name: 'a bucket of another owner is taken',
        find: 'expectedBucketOwner === undefined ? {} :',
        replace: 'expectedBucketOwner !== undefined ? {} :',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/request-hint.ts',
    ['test/program/bucket-owner.test.ts'],
    [
      {
        name: 'nobody learns that requester_pays is missing',
        find: "requesterPays ? '' :",
        replace: "!requesterPays ? '' :",
      },
    ],
  ),
];
