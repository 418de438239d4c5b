import {
  refuseChecksums,
  refuseChecksumsOfUploads,
  refuseChunkedBodies,
  refuseDeleteWithout,
  refuseHeader,
  refusePathStyle,
} from './offences.ts';
import { checksumHeaders, type Profile } from './profile.ts';

/** What Ceph says, which has no texts: DigitalOcean and Hetzner run it. */
const cephErrors = ['Code', 'BucketName', 'RequestId', 'HostId'] as const;

const badMd5 = { code: 'BadDigest', message: 'The Content-MD5 you specified is not match.' } as const;
const chunksMismatch = {
  code: 'XAmzContentSHA256Mismatch',
  message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
} as const;

/** Providers that are known by the host name of their endpoints. */
export const cloudProfiles: readonly Profile[] = [
  {
    provider: 'AWS',
    host: 's3.eu-central-1.amazonaws.com',
    regions: ['eu-central-1'],
    server: 'AmazonS3',
  },
  {
    provider: 'Cloudflare R2',
    host: '0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com',
    regions: ['auto', 'us-east-1'],
    wrongRegion: {
      code: 'InvalidRegionName',
      message: 'The region name is not valid. Must be one of: wnam, enam, weur, eeur, apac, oc, auto',
    },
    rules: [
      refuseChecksums({ code: 'NotImplemented', message: "Header 'x-amz-checksum-crc32' not implemented" }),
      refuseHeader(/^x-amz-tagging: /, ['x-amz-tagging', 'a=b'], {
        code: 'NotImplemented',
        message: "Header 'x-amz-tagging' with value 'a=b' not implemented",
      }),
    ],
    equalParts: { code: 'InvalidPart', message: 'All non-trailing parts must have the same length.' },
    maxPartsInFlight: {
      count: 2,
      refusal: {
        code: 'ServiceUnavailable',
        message: 'Reduce your concurrent request rate for the same object.',
      },
    },
    errorFields: ['Code', 'Message'],
  },
  {
    provider: 'Backblaze B2',
    host: 's3.us-west-004.backblazeb2.com',
    regions: ['us-west-004'],
    rules: [
      refuseChecksums({
        code: 'InvalidArgument',
        message: "Unsupported header 'x-amz-checksum-crc32' received for this API call.",
      }),
      refuseHeader(/^x-amz-tagging: /, ['x-amz-tagging', 'a=b'], {
        code: 'InvalidArgument',
        message: "Unsupported header 'x-amz-tagging' received for this API call.",
      }),
    ],
    server: 'nginx',
    errorFields: ['Code', 'Message'],
  },
  {
    provider: 'Google Cloud Storage',
    host: 'storage.googleapis.com',
    rules: [
      refuseChecksumsOfUploads({
        code: 'ExcessHeaderValues',
        message: 'Multiple HTTP header values where one was expected.',
      }),
      {
        refuses: { kind: 'operation', operation: 'DeleteObjects' },
        with: {
          code: 'NotImplemented',
          message: 'A header or query you provided requested a function that is not implemented.',
        },
      },
    ],
    // Cloud Storage XML API, "DELETE Object": "404 Not Found" for an object that is not there.
    deleteOfMissing: { code: 'NoSuchKey', message: 'The specified key does not exist.' },
    ignoredHeaders: checksumHeaders,
    errorFields: ['Code', 'Message', 'Details'],
  },
  {
    provider: 'Wasabi',
    host: 's3.eu-central-2.wasabisys.com',
    regions: ['eu-central-2'],
    ignoredHeaders: checksumHeaders,
  },
  {
    provider: 'Scaleway',
    host: 's3.fr-par.scw.cloud',
    regions: ['fr-par'],
    maxParts: {
      count: 1000,
      refusal: {
        code: 'InvalidArgument',
        message: 'Part number must be an integer between 1 and 1000, inclusive',
      },
    },
  },
  {
    provider: 'DigitalOcean Spaces',
    host: 'nyc3.digitaloceanspaces.com',
    ignoredHeaders: checksumHeaders,
    listing: 'no token with encoding-type',
    errorFields: cephErrors,
  },
  {
    provider: 'OVHcloud',
    host: 's3.gra.io.cloud.ovh.net',
    regions: ['gra'],
    rules: [refuseDeleteWithout('content-md5')],
    ignoredHeaders: checksumHeaders,
    errorFields: ['Code', 'Message', 'Region', 'RequestId'],
  },
  {
    provider: 'Hetzner',
    host: 'fsn1.your-objectstorage.com',
    rules: [refuseChunkedBodies(chunksMismatch)],
    ignoredHeaders: checksumHeaders,
    errorFields: cephErrors,
  },
  {
    provider: 'Alibaba OSS',
    host: 'oss-cn-hangzhou.aliyuncs.com',
    regions: ['cn-hangzhou'],
    rules: [
      refusePathStyle({
        code: 'SecondLevelDomainForbidden',
        message: 'Please use virtual hosted style to access.',
      }),
      refuseChunkedBodies({ code: 'InvalidArgument', message: 'aws-chunked encoding is not supported' }),
      refuseChecksumsOfUploads(badMd5),
      refuseDeleteWithout('content-md5'),
    ],
    ignoredHeaders: checksumHeaders,
    server: 'AliyunOSS',
    errorFields: ['Code', 'Message', 'RequestId', 'HostId'],
  },
  {
    provider: 'Tencent COS',
    host: 'cos.ap-guangzhou.myqcloud.com',
    regions: ['ap-guangzhou'],
    rules: [
      refusePathStyle({
        code: 'PathStyleDomainForbidden',
        message: 'The bucket you are attempting to access must be addressed using COS virtual-styled domain.',
      }),
      refuseChecksumsOfUploads(badMd5),
      refuseDeleteWithout('content-md5'),
    ],
    ignoredHeaders: checksumHeaders,
    listing: 'version 1',
    errorFields: ['Code', 'Message', 'Resource', 'RequestId'],
  },
  {
    provider: 'Huawei OBS',
    host: 'obs.cn-north-4.myhuaweicloud.com',
    regions: ['cn-north-4'],
    rules: [
      refusePathStyle({ code: 'NoSuchKey', message: 'The resource you requested does not exist' }, [
        'PutObject',
        'CreateMultipartUpload',
        'UploadPart',
      ]),
      refuseDeleteWithout('content-md5'),
    ],
    ignoredHeaders: checksumHeaders,
    listing: 'version 1',
    server: 'OBS',
  },
  {
    provider: 'IBM COS',
    host: 's3.eu-de.cloud-object-storage.appdomain.cloud',
    rules: [refuseDeleteWithout('content-md5')],
    ignoredHeaders: checksumHeaders,
    listing: 'version 1',
  },
  {
    provider: 'Oracle OCI',
    host: 'mynamespace.compat.objectstorage.eu-frankfurt-1.oraclecloud.com',
    regions: ['eu-frankfurt-1'],
    rules: [
      refuseChunkedBodies({ code: 'NotImplemented', message: 'AWS chunked encoding not supported.' }),
      refuseDeleteWithout('content-md5', 'x-amz-checksum-sha256', 'x-amz-checksum-crc32c'),
    ],
    ignoredHeaders: checksumHeaders,
    errorFields: ['Code', 'Message'],
  },
  {
    provider: 'Oracle OCI, virtual-hosted',
    host: 'vhcompat.objectstorage.eu-frankfurt-1.oci.customer-oci.com',
    regions: ['eu-frankfurt-1'],
    rules: [
      refusePathStyle({ code: 'NoSuchBucket', message: 'The specified bucket does not exist.' }),
      refuseDeleteWithout('content-md5', 'x-amz-checksum-sha256', 'x-amz-checksum-crc32c'),
    ],
    ignoredHeaders: checksumHeaders,
    errorFields: ['Code', 'Message'],
  },
  {
    provider: 'Yandex',
    host: 'storage.yandexcloud.net',
    regions: ['ru-central1'],
    ignoredHeaders: checksumHeaders,
  },
];
